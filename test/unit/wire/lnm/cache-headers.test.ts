import { describe, expect, it } from 'vitest'
import { decodeReplyAge } from '../../../../src/wire/lnm/cache-headers.ts'

describe('decodeReplyAge', () => {
  it('returns nothing known for a reply without headers', () => {
    expect(decodeReplyAge({})).toEqual({ isStored: false, ageMs: null, dateMs: null })
  })

  it('reads the age and the date', () => {
    const headers = { age: '900', date: 'Mon, 23 Nov 2026 18:00:00 GMT' }
    expect(decodeReplyAge(headers)).toEqual({
      isStored: true,
      ageMs: 900_000,
      dateMs: Date.UTC(2026, 10, 23, 18),
    })
  })

  it('reads the first of several ages', () => {
    expect(decodeReplyAge({ age: '12, 0' })).toMatchObject({ isStored: true, ageMs: 12_000 })
  })

  it('does not count an age of 0 as stored', () => {
    expect(decodeReplyAge({ age: '0' })).toMatchObject({ isStored: false, ageMs: 0 })
  })

  it.each(['-5', 'old', ''])('ignores the unreadable age %j', age => {
    expect(decodeReplyAge({ age })).toMatchObject({ isStored: false, ageMs: null })
  })

  it('keeps an age beyond all numbers finite', () => {
    expect(decodeReplyAge({ age: '9'.repeat(400) }).ageMs).toBe(Number.MAX_SAFE_INTEGER)
  })

  it.each([
    ['cf-cache-status', 'HIT'],
    ['cf-cache-status', 'STALE'],
    ['cf-cache-status', 'UPDATING'],
    ['x-cache', 'MISS, HIT'],
    ['x-cache', 'Hit from cloudfront'],
    ['x-cache', 'TCP_MEM_HIT'],
    ['x-proxy-cache', 'hit'],
    ['x-cache-status', 'STALE'],
    ['cache-status', '"edge"; hit; ttl=30'],
    ['cache-status', '"origin"; fwd=miss, "edge";hit'],
    ['warning', '110 - "Response is Stale"'],
  ])('counts %s: %s as stored', (name, value) => {
    expect(decodeReplyAge({ [name]: value }).isStored).toBe(true)
  })

  it.each([
    ['cf-cache-status', 'DYNAMIC'],
    ['cf-cache-status', 'MISS'],
    ['cf-cache-status', 'REVALIDATED'],
    ['x-cache', 'RefreshHit from cloudfront'],
    ['x-cache', 'WHITELISTED'],
    ['cache-status', '"edge"; fwd=stale; fwd-status=200'],
    ['cache-control', 'public, stale-while-revalidate=30, stale'],
    ['warning', '299 - "Deprecated"'],
    ['x-game', 'hit'],
  ])('does not count %s: %s as stored', (name, value) => {
    expect(decodeReplyAge({ [name]: value }).isStored).toBe(false)
  })
})
