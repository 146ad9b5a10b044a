import { expect, it } from 'vitest'
import { TokenBucket, TokenBuckets } from '../../../src/domain/token-bucket.ts'
import { openFakeClock } from '../../support/fake-clock.ts'

it('allows a burst, then the refill rate', () => {
  const bucket = new TokenBucket({ burst: 5, perSecond: 5 })
  const taken = (ms: number, tries: number) =>
    Array.from({ length: tries }, () => bucket.take(ms)).filter(Boolean).length
  expect(taken(0, 9)).toBe(5)
  expect(taken(199, 1)).toBe(0)
  expect(taken(200, 2)).toBe(1)
  expect(taken(10_000, 9)).toBe(5)
})

it('adds no tokens for a clock that was set back', () => {
  const bucket = new TokenBucket({ burst: 1, perSecond: 1 })
  expect(bucket.take(1_000)).toBe(true)
  expect(bucket.take(0)).toBe(false)
  expect(bucket.take(1_000)).toBe(false)
  expect(bucket.take(2_000)).toBe(true)
})

it('adds no tokens at a refill rate of 0', () => {
  const bucket = new TokenBucket({ burst: 1, perSecond: 0 })
  expect(bucket.take(0)).toBe(true)
  expect(bucket.take(60_000)).toBe(false)
})

it('takes no token if the cost is more than the tokens left', () => {
  const bucket = new TokenBucket({ burst: 10, perSecond: 1 })
  expect(bucket.take(0, 7)).toBe(true)
  expect(bucket.take(0, 4)).toBe(false)
  expect(bucket.remaining()).toBe(3)
  expect(bucket.take(0, 3)).toBe(true)
})

it('is full from the moment the last token was added', () => {
  const bucket = new TokenBucket({ burst: 2, perSecond: 2 })
  expect(bucket.isFull(0)).toBe(true)
  bucket.take(0)
  expect(bucket.isFull(499)).toBe(false)
  expect(bucket.isFull(500)).toBe(true)
})

it('forgets full buckets of many keys, but no bucket that still limits', async () => {
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
