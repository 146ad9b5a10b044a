import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Priority, RATE_LIMITS, RateLimiter } from '../../../../src/feed/exchange/rate-limiter.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'

/** The largest number of times within any window of `windowMs`, its end excluded. */
function maxWithin(times: readonly number[], windowMs: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  return Math.max(0, ...sorted.map(from => sorted.filter(at => at >= from && at < from + windowMs).length))
}

describe('RateLimiter', () => {
  it('never exceeds the limits of the exchange, for any requests and reply times', async () => {
    const arbitraryRequests = fc.array(
      fc.record({
        pauseMs: fc.integer({ min: 0, max: 900 }),
        priority: fc.constantFrom<Priority>('high', 'low'),
        upMs: fc.integer({ min: 0, max: 2_500 }),
        downMs: fc.integer({ min: 0, max: 2_500 }),
      }),
      { maxLength: 40 },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(RATE_LIMITS.signed, RATE_LIMITS.public),
        arbitraryRequests,
        async (limits, requests) => {
          const clock = openFakeClock(0)
          const rateLimiter = new RateLimiter(clock, limits)
          const sent: number[] = []
          const arrived: number[] = []
          for (const { pauseMs, priority, upMs, downMs } of requests) {
            await clock.advance(pauseMs)
            void rateLimiter.acquire(priority).then(release => {
              sent.push(clock.nowMs())
              clock.after(upMs, () => arrived.push(clock.nowMs()))
              clock.after(upMs + downMs, release)
            })
          }
          await clock.advance(600_000)
          expect(sent).toHaveLength(requests.length)
          expect(maxWithin(sent, limits.windowMs)).toBeLessThanOrEqual(limits.count)
          expect(maxWithin(arrived, 1_000)).toBeLessThanOrEqual(limits.count)
          expect(clock.pendingTimers()).toBe(0)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('admits high-priority requests first, and low-priority ones only while none of them holds a slot', async () => {
    const clock = openFakeClock(0)
    const rateLimiter = new RateLimiter(clock, RATE_LIMITS.signed)
    const admitted: string[] = []
    const request = (name: string, priority: Priority): void => {
      void rateLimiter.acquire(priority).then(release => {
        admitted.push(`${name}@${clock.nowMs()}`)
        release()
      })
    }
    request('high', 'high')
    request('low', 'low')
    request('high again', 'high')
    await clock.advance(0)
    expect(admitted).toEqual(['high@0', 'high again@0'])
    await clock.advance(1_500)
    expect(admitted.at(-1)).toBe('low@1500')
  })

  it('sends nothing during a pause', async () => {
    const clock = openFakeClock(0)
    const rateLimiter = new RateLimiter(clock, RATE_LIMITS.public)
    rateLimiter.pause(7_000)
    let at = -1
    void rateLimiter.acquire('high').then(() => {
      at = clock.nowMs()
    })
    await clock.advance(6_999)
    expect(at).toBe(-1)
    await clock.advance(1)
    expect(at).toBe(7_000)
  })

  it('cancels its timer on close', async () => {
    const clock = openFakeClock(0)
    const rateLimiter = new RateLimiter(clock, RATE_LIMITS.public)
    void rateLimiter.acquire('high').then(release => release())
    void rateLimiter.acquire('high')
    await clock.settle()
    expect(clock.pendingTimers()).toBe(1)
    rateLimiter.close()
    expect(clock.pendingTimers()).toBe(0)
  })
})
