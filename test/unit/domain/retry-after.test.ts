import { describe, expect, test } from 'vitest'
import { retryAfterDetails, retryAfterMs } from '../../../src/domain/retry-after.ts'

const NOW = Date.UTC(1994, 10, 6, 8, 49, 7)

describe('Retry-After', () => {
  test.each([
    ['7', 7_000],
    [' 7 ', 7_000],
    ['0', 0],
    ['1.5', 1_500],
    ['0.0001', 1],
    ['86400', 3_600_000],
    ['9'.repeat(400), 3_600_000],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 30_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 30_000],
    ['Sun Nov  6 08:49:37 1994', 30_000],
    ['Sun, 06 Nov 1994 08:48:00 GMT', 0],
    ['Mon, 07 Nov 1994 08:49:37 GMT', 3_600_000],
  ])('%j is %d ms', (text, ms) => {
    expect(retryAfterMs({ 'retry-after': text }, NOW)).toBe(ms)
  })

  test.each([
    '',
    'soon',
    '-1',
    '1e3',
    '0x10',
    'Infinity',
    '7, 8',
    'in 5',
    '1994-11-06T08:49:37Z',
    'Sun, 06 Nov 1994 08:49:37 +0100',
    'Sun, 99 Nov 1994 08:49:37 GMT',
  ])('%j is invalid', text => {
    expect(retryAfterMs({ 'retry-after': text }, NOW)).toBeNull()
  })

  test('returns null and empty details if the header is absent', () => {
    expect(retryAfterMs({}, NOW)).toBeNull()
    expect(retryAfterDetails({}, NOW)).toEqual({})
    expect(retryAfterDetails({ 'retry-after': '2' }, NOW)).toEqual({ retryAfterMs: 2_000 })
  })

  test('compares a date with the clock of the peer, not with the local one', () => {
    const headers = { 'retry-after': 'Sun, 06 Nov 1994 08:49:37 GMT', date: 'Sun, 06 Nov 1994 08:49:27 GMT' }
    expect(retryAfterMs(headers, NOW + 500_000)).toBe(10_000)
    expect(retryAfterMs({ ...headers, date: 'noon' }, NOW)).toBe(30_000)
  })
})
