import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RelayClock } from '../../../../src/feed/relay/relay-clock.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'

const START = 1_000_000_000_000

describe("the relay's clock", () => {
  it('is ours until it is known', () => {
    const clock = new RelayClock(openFakeClock(START))
    expect(clock.offsetMs).toBeNull()
    expect(clock.toLocal(START)).toBe(START)
  })

  it('is measured half-way through a short trip', async () => {
    const clock = openFakeClock(START)
    const relay = new RelayClock(clock)
    await clock.advance(100)
    relay.addSample(START + 300_050, START)
    expect(relay.offsetMs).toBe(300_000)
  })

  it('stays what it is while it can be true, so that a moment stays a moment', async () => {
    const clock = openFakeClock(START)
    const relay = new RelayClock(clock)
    await clock.advance(100)
    relay.addSample(START + 50, START)
    await clock.advance(1_000)
    const sentAt = clock.nowMs()
    await clock.advance(100)
    relay.addSample(sentAt + 80, sentAt)
    expect(relay.offsetMs).toBe(0)
  })

  it('never makes data younger than it is by more than half a short trip', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: -600_000, max: 600_000 }),
        fc.array(fc.tuple(fc.nat(10_000), fc.nat(10_000)), { minLength: 1, maxLength: 5 }),
        async (trueOffset, trips) => {
          const clock = openFakeClock(START)
          const relay = new RelayClock(clock)
          for (const [there, back] of trips) {
            const sentAt = clock.nowMs()
            await clock.advance(there)
            const said = clock.nowMs() + trueOffset
            await clock.advance(back)
            relay.addSample(said, sentAt)
            const written = clock.nowMs() + trueOffset
            const youngerBy = relay.toLocal(written) - clock.nowMs()
            expect(youngerBy).toBeLessThanOrEqual(1_001)
          }
        },
      ),
      { numRuns: 50 },
    )
  })

  it('is moved on by a message that seems to come from the future', () => {
    const clock = openFakeClock(START)
    const relay = new RelayClock(clock)
    relay.addSample(START, START)
    relay.observe(START - 5_000)
    expect(relay.offsetMs).toBe(0)
    relay.observe(START + 60_000)
    expect(relay.offsetMs).toBe(60_000)
  })

  it('measured a little differently makes no picture older than the one before', async () => {
    const clock = openFakeClock(START)
    const relay = new RelayClock(clock)
    await clock.advance(3)
    relay.addSample(START, START)
    const began = relay.readStartedAt(START - 400)
    expect(relay.offsetMs).toBe(-1)
    const sentAt = clock.nowMs()
    await clock.advance(2)
    relay.addSample(sentAt + 2, sentAt)
    expect(relay.offsetMs).toBe(1)
    expect(relay.toLocal(START - 400)).toBeLessThan(began)
    expect(relay.readStartedAt(START - 400)).toBe(began)
    // One that is truly older stays so.
    expect(relay.readStartedAt(START - 900)).toBe(relay.toLocal(START - 900))
  })
})
