import { expect, test } from 'vitest'
import { TokenBucket } from '../../../../src/relay/clients/token-bucket.ts'

test('refuses a cost above the tokens that are left, and takes nothing', () => {
  const bucket = new TokenBucket(10, 1, 0)
  expect(bucket.take(6, 0)).toBe(true)
  expect(bucket.take(5, 0)).toBe(false)
  expect(bucket.take(4, 0)).toBe(true)
  expect(bucket.take(1, 0)).toBe(false)
})

test('refills at its rate up to the burst', () => {
  const bucket = new TokenBucket(10, 2, 0)
  expect(bucket.take(10, 0)).toBe(true)
  expect(bucket.take(2, 999)).toBe(false)
  expect(bucket.take(2, 1_000)).toBe(true)
  expect(bucket.take(11, 60_000)).toBe(false)
  expect(bucket.take(10, 60_000)).toBe(true)
})
