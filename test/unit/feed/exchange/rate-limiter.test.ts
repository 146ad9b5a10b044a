import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TokenBucket } from '../../../../src/domain/token-bucket.ts'
import type { Priority } from '../../../../src/feed/exchange/budget.ts'
import { RATE_LIMITS, RateLimiter } from '../../../../src/feed/exchange/rate-limiter.ts'
import { type FakeClock, openFakeClock } from '../../../support/fake-clock.ts'

/** Requests with the pause before each, and the times until the exchange counts it and until its reply is back. */
const arbitraryRequests = fc.array(
  fc.record({
    pauseMs: fc.integer({ min: 0, max: 900 }),
    priority: fc.constantFrom<Priority>('high', 'low'),
    upMs: fc.integer({ min: 0, max: 2_500 }),
    downMs: fc.integer({ min: 0, max: 2_500 }),
  }),
  { maxLength: 40 },
)

/** The largest number of times within any window of `windowMs`, its end excluded. */
function maxWithin(times: readonly number[], windowMs: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  return Math.max(0, ...sorted.map(from => sorted.filter(at => at >= from && at < from + windowMs).length))
}

describe('RateLimiter', () => {
  it('never exceeds the limits of the exchange, for any requests and reply times', async () => {
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

  it('sends nothing during the pause after a 429', async () => {
    const clock = openFakeClock(0)
    const rateLimiter = new RateLimiter(clock, RATE_LIMITS.public)
    rateLimiter.limited(7_000, 0)
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

/** Sends `count` requests at once, each answered after 100 ms; returns the times at which they were sent. */
function sendAll(
  clock: FakeClock,
  rateLimiter: RateLimiter,
  count: number,
  priority: Priority = 'high',
): number[] {
  const sent: number[] = []
  for (let each = 0; each < count; each += 1) {
    void rateLimiter.acquire(priority).then(release => {
      sent.push(clock.nowMs())
      clock.after(100, release)
    })
  }
  return sent
}

const policy = (burst: number, perSecond: number, remaining: number | null = null) => ({
  policies: [{ burst, perSecond, remaining }],
  emptyForMs: 0,
})

describe('RateLimiter after a 429', () => {
  it('probes after at most 30 s, with one request, however long the exchange asks to wait', async () => {
    const clock = openFakeClock(0)
    const rateLimiter = new RateLimiter(clock, RATE_LIMITS.signed)
    rateLimiter.limited(3_600_000, 0)
    const sent = sendAll(clock, rateLimiter, 3)
    await clock.advance(30_050)
    expect(sent).toEqual([30_000])
  })

  it('spaces requests by the reply before, and sends bursts again after 5 minutes', async () => {
    const clock = openFakeClock(0)
    const rateLimiter = new RateLimiter(clock, RATE_LIMITS.signed)
    rateLimiter.limited(1_000, 0)
    const sent = sendAll(clock, rateLimiter, 3)
    await clock.advance(300_000)
    expect(sent).toEqual([1_000, 1_400, 1_800])
    const burst = sendAll(clock, rateLimiter, 3)
    await clock.settle()
    expect(burst).toHaveLength(3)
  })

  it('quadruples the spacing with each 429 after an accepted request, up to 2.5 s, but not for requests sent together', async () => {
    const clock = openFakeClock(0)
    const rateLimiter = new RateLimiter(clock, RATE_LIMITS.signed)
    for (let each = 0; each < 4; each += 1) rateLimiter.limited(1_000, 0)
    const together = sendAll(clock, rateLimiter, 2)
    await clock.advance(10_000)
    expect(together).toEqual([1_000, 1_400])
    for (let each = 0; each < 4; each += 1) {
      rateLimiter.accepted(clock.nowMs())
      rateLimiter.limited(0, clock.nowMs())
      await clock.advance(1)
    }
    const start = clock.nowMs()
    const further = sendAll(clock, rateLimiter, 3)
    await clock.advance(60_000)
    expect(further.map(at => at - start)).toEqual([2_499, 5_099, 7_699])
  })

  it('probes up to every 2.5 s while all requests are rejected, and keeps the usual spacing after that', async () => {
    const clock = openFakeClock(0)
    const rateLimiter = new RateLimiter(clock, RATE_LIMITS.signed)
    const probes: number[] = []
    for (let each = 0; each < 4; each += 1) {
      const rejectedAt = clock.nowMs()
      rateLimiter.limited(0, rejectedAt)
      const sent = sendAll(clock, rateLimiter, 1)
      await clock.advance(5_000)
      probes.push((sent[0] ?? 0) - rejectedAt)
    }
    expect(probes).toEqual([300, 1_200, 2_500, 2_500])
    const start = clock.nowMs()
    rateLimiter.accepted(start)
    const sent = sendAll(clock, rateLimiter, 3)
    await clock.advance(10_000)
    expect(sent.map(at => at - start)).toEqual([0, 400, 800])
  })
})

describe('RateLimiter of an exchange that reports its policies', () => {
  it('sends a burst of the policy, and then at its rate', async () => {
    const clock = openFakeClock(0)
    const rateLimiter = new RateLimiter(clock, RATE_LIMITS.public)
    rateLimiter.report(policy(4, 2))
    const sent = sendAll(clock, rateLimiter, 6)
    await clock.advance(60_000)
    expect(sent).toEqual([0, 0, 0, 0, 600, 1_100])
  })

  it('believes fewer requests left, less those that are in flight', async () => {
    const clock = openFakeClock(0)
    const rateLimiter = new RateLimiter(clock, RATE_LIMITS.signed)
    rateLimiter.report(policy(40, 1))
    const before = sendAll(clock, rateLimiter, 3)
    await clock.settle()
    rateLimiter.report(policy(40, 1, 5))
    const after = sendAll(clock, rateLimiter, 5)
    await clock.advance(50)
    expect([before, after]).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ])
  })

  it('sends nothing while no request is left, for at most 30 s', async () => {
    const clock = openFakeClock(0)
    const rateLimiter = new RateLimiter(clock, RATE_LIMITS.signed)
    rateLimiter.report({ policies: [], emptyForMs: 4_000 })
    const sent = sendAll(clock, rateLimiter, 1)
    await clock.advance(5_000)
    rateLimiter.report({ policies: [], emptyForMs: 900_000 })
    const later = sendAll(clock, rateLimiter, 1)
    await clock.advance(60_000)
    expect([sent, later]).toEqual([[4_000], [35_000]])
  })

  it('obeys every policy, and sends once in 30 s under one that is slower', async () => {
    const clock = openFakeClock(0)
    const rateLimiter = new RateLimiter(clock, RATE_LIMITS.signed)
    const policies = [
      { burst: 10, perSecond: 10, remaining: null },
      { burst: 2, perSecond: 2 / 86_400, remaining: null },
    ]
    rateLimiter.report({ policies, emptyForMs: 0 })
    const sent = sendAll(clock, rateLimiter, 4)
    await clock.advance(120_000)
    expect(sent).toEqual([0, 0, 30_100, 60_100])
  })

  it('leaves half of the bucket to high priority', async () => {
    const clock = openFakeClock(0)
    const rateLimiter = new RateLimiter(clock, RATE_LIMITS.signed)
    rateLimiter.report(policy(4, 1))
    const low = sendAll(clock, rateLimiter, 5, 'low')
    await clock.settle()
    expect(low).toHaveLength(3)
    expect(sendAll(clock, rateLimiter, 1)).toEqual([])
    await clock.settle()
    expect(low).toHaveLength(3)
  })

  it('never exceeds the bucket of the exchange, for any policy, requests and transit times', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ burst: fc.integer({ min: 1, max: 8 }), perSecond: fc.integer({ min: 1, max: 20 }) }),
        arbitraryRequests,
        async (limits, requests) => {
          const clock = openFakeClock(0)
          const rateLimiter = new RateLimiter(clock, RATE_LIMITS.signed)
          rateLimiter.report(policy(limits.burst, limits.perSecond))
          const bucket = new TokenBucket(limits)
          const admitted: boolean[] = []
          for (const { pauseMs, priority, upMs, downMs } of requests) {
            await clock.advance(pauseMs)
            void rateLimiter.acquire(priority).then(release => {
              clock.after(upMs, () => admitted.push(bucket.take(clock.nowMs())))
              clock.after(upMs + downMs, release)
            })
          }
          await clock.advance(600_000)
          expect(admitted).toEqual(requests.map(() => true))
          expect(clock.pendingTimers()).toBe(0)
        },
      ),
      { numRuns: 60 },
    )
  })
})
