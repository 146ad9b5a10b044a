import { expect, it } from 'vitest'
import { TokenBucket, TokenBuckets } from '../../../src/domain/token-bucket.ts'
import { openFakeClock } from '../../support/fake-clock.ts'

it('lets a burst of one second through, then so many per second', () => {
  const bucket = new TokenBucket({ burst: 5, perSecond: 5 })
  const taken = (ms: number, tries: number) =>
    Array.from({ length: tries }, () => bucket.take(ms)).filter(Boolean).length
  expect(taken(0, 9)).toBe(5)
  expect(taken(199, 1)).toBe(0)
  expect(taken(200, 2)).toBe(1)
  expect(taken(10_000, 9)).toBe(5)
})

it('gives nothing back for a clock that was set back', () => {
  const bucket = new TokenBucket({ burst: 1, perSecond: 1 })
  expect(bucket.take(1_000)).toBe(true)
  expect(bucket.take(0)).toBe(false)
  expect(bucket.take(1_000)).toBe(false)
  expect(bucket.take(2_000)).toBe(true)
})

it('takes nothing for a message that costs more tokens than are left', () => {
  const bucket = new TokenBucket({ burst: 10, perSecond: 1 })
  expect(bucket.take(0, 7)).toBe(true)
  expect(bucket.take(0, 4)).toBe(false)
  expect(bucket.remaining()).toBe(3)
  expect(bucket.take(0, 3)).toBe(true)
})

it('is full only at the moment when the last token is back', () => {
  const bucket = new TokenBucket({ burst: 2, perSecond: 2 })
  expect(bucket.isFull(0)).toBe(true)
  bucket.take(0)
  expect(bucket.isFull(499)).toBe(false)
  expect(bucket.isFull(500)).toBe(true)
})

it('forgets full buckets of many keys, and none that still limits', async () => {
  const clock = openFakeClock()
  const buckets = new TokenBuckets()
  const limits = { burst: 1, perSecond: 1 }
  let most = 0
  for (let key = 0; key < 5_000; key += 1) {
    expect(buckets.take(`key ${key}`, limits, clock.nowMs())).toBe(true)
    expect(buckets.take(`key ${key}`, limits, clock.nowMs())).toBe(false)
    // Ten keys in each second: no more than ten buckets are not full.
    await clock.jump(100)
    if (key >= 10) expect(buckets.take(`key ${key - 5}`, limits, clock.nowMs())).toBe(false)
    most = Math.max(most, buckets.size)
  }
  expect(most).toBeLessThanOrEqual(32)
})

it('returns how long a take has to wait', () => {
  const bucket = new TokenBucket({ burst: 2, perSecond: 4 })
  expect(bucket.waitMs(0, 2)).toBe(0)
  bucket.take(0, 2)
  expect([bucket.waitMs(0), bucket.waitMs(100), bucket.waitMs(100, 2)]).toEqual([250, 150, 400])
  expect(bucket.waitMs(0, 3)).toBe(Number.POSITIVE_INFINITY)
})

it('lowers the tokens that are left, and never raises them', () => {
  const bucket = new TokenBucket({ burst: 5, perSecond: 1 })
  bucket.lower(0, 2)
  bucket.lower(0, 4)
  expect(bucket.waitMs(0, 3)).toBe(1_000)
  bucket.lower(0, -3)
  expect(bucket.waitMs(0)).toBe(1_000)
})
