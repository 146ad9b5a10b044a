import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TokenBucket } from '../../../../src/domain/token-bucket.ts'
import type { Priority } from '../../../../src/feed/exchange/budget.ts'
import { emptyBudget, encodeBudget } from '../../../../src/wire/budget-file.ts'
import { openRig, sendAll } from './budget-rig.ts'

const arbitraryRequests = fc.array(
  fc.record({
    process: fc.integer({ min: 0, max: 2 }),
    pauseMs: fc.integer({ min: 0, max: 700 }),
    priority: fc.constantFrom<Priority>('high', 'low'),
    upMs: fc.integer({ min: 0, max: 900 }),
    downMs: fc.integer({ min: 0, max: 900 }),
  }),
  { maxLength: 30 },
)

describe('a rate limit shared by three processes', () => {
  it('never exceeds the usual limit, for any requests and reply times', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryRequests, async requests => {
        const { clock, join } = openRig()
        const limiters = [join(), join(), join()]
        const arrived: number[] = []
        for (const { process, pauseMs, priority, upMs, downMs } of requests) {
          await clock.advance(pauseMs)
          void limiters[process]?.acquire(priority).then(release => {
            clock.after(upMs, () => arrived.push(clock.nowMs()))
            clock.after(upMs + downMs, release)
          })
        }
        await clock.advance(120_000)
        const most = Math.max(
          0,
          ...arrived.map(from => arrived.filter(at => at >= from && at < from + 1_000).length),
        )
        expect(arrived).toHaveLength(requests.length)
        expect(most).toBeLessThanOrEqual(5)
        expect(clock.pendingTimers()).toBe(0)
      }),
      { numRuns: 40 },
    )
  })

  it('never exceeds the bucket that the exchange reports', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ burst: fc.integer({ min: 1, max: 8 }), perSecond: fc.integer({ min: 1, max: 20 }) }),
        arbitraryRequests,
        async (limits, requests) => {
          const { clock, join } = openRig()
          const limiters = [join(), join(), join()]
          limiters[0]?.report({ policies: [{ ...limits, remaining: null }], emptyForMs: 0 })
          await clock.settle()
          const bucket = new TokenBucket(limits)
          const admitted: boolean[] = []
          for (const { process, pauseMs, priority, upMs, downMs } of requests) {
            await clock.advance(pauseMs)
            void limiters[process]?.acquire(priority).then(release => {
              clock.after(upMs, () => admitted.push(bucket.take(clock.nowMs())))
              clock.after(upMs + downMs, release)
            })
          }
          await clock.advance(120_000)
          expect(admitted).toEqual(requests.map(() => true))
        },
      ),
      { numRuns: 40 },
    )
  })

  it('sends the requests of the process that waits longest first', async () => {
    const { clock, join } = openRig()
    const [busy, early, late] = [join(), join(), join()]
    sendAll(clock, busy, 5)
    await clock.advance(10)
    const first = sendAll(clock, early, 4)
    await clock.advance(10)
    const second = sendAll(clock, late, 4)
    await clock.advance(20_000)
    expect(first).toEqual([1_490, 1_490, 1_490, 1_490])
    expect(second).toEqual([1_480, 2_980, 2_980, 2_980])
  })

  it('does not overtake a process that is about to send', async () => {
    const { clock, join, files } = openRig()
    const now = clock.nowMs()
    const waiting = [{ owner: 'other', count: 5, since: now - 100, until: now + 300 }]
    files.texts.set('/state/budget.json', encodeBudget({ ...emptyBudget(), waiting }))
    const sent = sendAll(clock, join(), 1)
    await clock.advance(2_000)
    expect(sent).toEqual([1_500])
  })

  it('sends low priority after the high priority of other processes, and after 10 s as one of them', async () => {
    const { clock, join } = openRig()
    const [background, busy] = [join(), join()]
    sendAll(clock, busy, 5)
    const low = sendAll(clock, background, 1, 'low')
    for (let each = 0; each < 12; each += 1) {
      await clock.advance(1_000)
      sendAll(clock, busy, 5)
    }
    expect(low).toHaveLength(1)
    expect(low[0]).toBeGreaterThanOrEqual(10_000)
  })

  it('pauses all processes after a 429 to one of them, and shows until when', async () => {
    const { clock, join, files } = openRig()
    const limited: (number | null)[] = []
    const [refused, other] = [join(), join(files, until => limited.push(until))]
    const sentAt = clock.nowMs()
    refused.limited(7_000, sentAt)
    await clock.settle()
    const sent = sendAll(clock, other, 2)
    await clock.advance(10_000)
    expect(sent).toEqual([7_000, 7_400])
    other.accepted(clock.nowMs())
    await clock.settle()
    expect(limited).toEqual([sentAt + 7_000, null])
  })

  it('ignores the requests of a killed process after less than 2 s', async () => {
    const { clock, join } = openRig()
    const killed = join()
    for (let each = 0; each < 5; each += 1) void killed.acquire('high')
    await clock.advance(100)
    killed.close()
    const sent = sendAll(clock, join(), 5)
    await clock.advance(2_000)
    expect(sent).toEqual([1_400, 1_400, 1_400, 1_400, 1_400])
  })

  it('ignores times in the future, from before the clock was set back', async () => {
    const { clock, files, join } = openRig(1_000_000_000)
    const ahead = join()
    sendAll(clock, ahead, 5)
    await clock.settle()
    ahead.limited(30_000, clock.nowMs())
    await clock.settle()
    const later = openRig(1_000_000_000 - 3_600_000)
    const sent = sendAll(later.clock, later.join(files), 5)
    await later.clock.settle()
    expect(sent).toEqual([0, 0, 0, 0, 0])
  })
})
