import { expect, it } from 'vitest'
import { openTokenBucket } from '../../../../src/simulator/protocol/token-bucket.ts'

it('allows a burst of one second, then the configured rate', () => {
  const bucket = openTokenBucket(5)
  const taken = (ms: number, tries: number) =>
    Array.from({ length: tries }, () => bucket.take(ms)).filter(Boolean).length
  expect(taken(0, 9)).toBe(5)
  expect(taken(199, 1)).toBe(0)
  expect(taken(200, 2)).toBe(1)
  expect(taken(10_000, 9)).toBe(5)
})

it('adds no tokens when the clock is set back', () => {
  const bucket = openTokenBucket(1)
  expect(bucket.take(1_000)).toBe(true)
  expect(bucket.take(0)).toBe(false)
  expect(bucket.take(1_000)).toBe(false)
  expect(bucket.take(2_000)).toBe(true)
})
