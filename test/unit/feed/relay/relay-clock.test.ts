import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RelayClock } from '../../../../src/feed/relay/relay-clock.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'

const START = 1_000_000_000_000

describe('RelayClock', () => {
  it('uses the local clock until it is measured', () => {
    const clock = new RelayClock(openFakeClock(START))
    expect(clock.offsetMs).toBeNull()
    expect(clock.toLocal(START)).toBe(START)
  })

  it('assumes the middle of a short round trip', async () => {
    const clock = openFakeClock(START)
    const relay = new RelayClock(clock)
    await clock.advance(100)
    relay.addSample(START + 300_050, START)
    expect(relay.offsetMs).toBe(300_000)
  })

  it('keeps the offset while samples allow it', async () => {
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

  it('never makes data newer by more than half a short round trip', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: -600_000, max: 600_000 }),
        fc.array(fc.tuple(fc.nat(10_000), fc.nat(10_000)), { minLength: 1, maxLength: 5 }),
        async (trueOffset, roundTrips) => {
          const clock = openFakeClock(START)
          const relay = new RelayClock(clock)
          for (const [there, back] of roundTrips) {
            const sentAt = clock.nowMs()
            await clock.advance(there)
            const relayMs = clock.nowMs() + trueOffset
            await clock.advance(back)
            relay.addSample(relayMs, sentAt)
            const sentMs = clock.nowMs() + trueOffset
            const newerByMs = relay.toLocal(sentMs) - clock.nowMs()
            expect(newerByMs).toBeLessThanOrEqual(1_001)
          }
        },
      ),
      { numRuns: 50 },
    )
  })

  it('moves the offset for a message from the future', () => {
    const clock = openFakeClock(START)
    const relay = new RelayClock(clock)
    relay.addSample(START, START)
    relay.observe(START - 5_000)
    expect(relay.offsetMs).toBe(0)
    relay.observe(START + 60_000)
    expect(relay.offsetMs).toBe(60_000)
  })

  it('keeps the start of a read after a slightly different measurement', async () => {
    const clock = openFakeClock(START)
    const relay = new RelayClock(clock)
    await clock.advance(3)
    relay.addSample(START, START)
    const startedAt = relay.readStartedAt(START - 400)
    expect(relay.offsetMs).toBe(-1)
    const sentAt = clock.nowMs()
    await clock.advance(2)
    relay.addSample(sentAt + 2, sentAt)
    expect(relay.offsetMs).toBe(1)
    expect(relay.toLocal(START - 400)).toBeLessThan(startedAt)
    expect(relay.readStartedAt(START - 400)).toBe(startedAt)
    // A read that is older beyond the error stays older.
    expect(relay.readStartedAt(START - 900)).toBe(relay.toLocal(START - 900))
  })
})
