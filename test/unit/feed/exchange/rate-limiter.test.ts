import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RATE_LIMITS, RateLimiter } from '../../../../src/feed/exchange/rate-limiter.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'

/** The most moments that fall into any span of `windowMs`, ends excluded. */
function mostWithin(moments: readonly number[], windowMs: number): number {
  const sorted = moments.toSorted((a, b) => a - b)
  return Math.max(0, ...sorted.map(from => sorted.filter(at => at >= from && at < from + windowMs).length))
}

describe('a lane', () => {
  it('never exceeds the limits of the exchange, whatever is asked and however long replies take', async () => {
    const asks = fc.array(
      fc.record({
        pauseMs: fc.integer({ min: 0, max: 900 }),
        urgent: fc.boolean(),
        upMs: fc.integer({ min: 0, max: 2_500 }),
        downMs: fc.integer({ min: 0, max: 2_500 }),
      }),
      { maxLength: 40 },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(RATE_LIMITS.signed, RATE_LIMITS.public),
        asks,
        async (limits, wishes) => {
          const clock = openFakeClock(0)
          const rateLimiter = new RateLimiter(clock, limits)
          const sent: number[] = []
          const arrived: number[] = []
          for (const { pauseMs, urgent, upMs, downMs } of wishes) {
            await clock.advance(pauseMs)
            void rateLimiter.acquire(urgent).then(done => {
              sent.push(clock.nowMs())
              clock.after(upMs, () => arrived.push(clock.nowMs()))
              clock.after(upMs + downMs, done)
            })
          }
          await clock.advance(600_000)
          expect(sent).toHaveLength(wishes.length)
          expect(mostWithin(sent, limits.windowMs)).toBeLessThanOrEqual(limits.count)
          expect(mostWithin(arrived, 1_000)).toBeLessThanOrEqual(limits.count)
          expect(clock.waiting()).toBe(0)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('lets urgent requests go first, and patient ones only when no urgent one has just gone', async () => {
    const clock = openFakeClock(0)
    const rateLimiter = new RateLimiter(clock, RATE_LIMITS.signed)
    const went: string[] = []
    const ask = (name: string, urgent: boolean): void => {
      void rateLimiter.acquire(urgent).then(done => {
        went.push(`${name}@${clock.nowMs()}`)
        done()
      })
    }
    ask('urgent', true)
    ask('patient', false)
    ask('urgent too', true)
    await clock.advance(0)
    expect(went).toEqual(['urgent@0', 'urgent too@0'])
    await clock.advance(1_500)
    expect(went.at(-1)).toBe('patient@1500')
  })

  it('sends nothing while the exchange has asked for a pause', async () => {
    const clock = openFakeClock(0)
    const rateLimiter = new RateLimiter(clock, RATE_LIMITS.public)
    rateLimiter.pause(7_000)
    let at = -1
    void rateLimiter.acquire(true).then(() => {
      at = clock.nowMs()
    })
    await clock.advance(6_999)
    expect(at).toBe(-1)
    await clock.advance(1)
    expect(at).toBe(7_000)
  })

  it('leaves no timer behind when it is closed', async () => {
    const clock = openFakeClock(0)
    const rateLimiter = new RateLimiter(clock, RATE_LIMITS.public)
    void rateLimiter.acquire(true).then(done => done())
    void rateLimiter.acquire(true)
    await clock.settle()
    expect(clock.waiting()).toBe(1)
    rateLimiter.close()
    expect(clock.waiting()).toBe(0)
  })
})
