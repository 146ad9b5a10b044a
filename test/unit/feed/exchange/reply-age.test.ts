import { describe, expect, it } from 'vitest'
import { isStoredTime, StoredReplies } from '../../../../src/feed/exchange/reply-age.ts'
import type { TimedReply } from '../../../../src/feed/exchange/request-limiters.ts'

const NOW = Date.UTC(2026, 10, 23, 18)
const HOUR_MS = 3_600_000

function date(ms: number): { readonly date: string } {
  return { date: new Date(ms).toUTCString() }
}

function received(headers: Readonly<Record<string, string>>, at = NOW, body = '[]'): TimedReply {
  return { reply: { status: 200, headers, body }, sentAt: at - 100, receivedAt: at }
}

/** The age of a reply at its arrival, by its headers alone. */
function ageMs(headers: Readonly<Record<string, string>>, offsetMs: number | null): number {
  return NOW - new StoredReplies().madeAt('/ticker', received(headers), offsetMs)
}

describe('the age of a reply', () => {
  it('is 0 without headers and with an age of 0', () => {
    expect(ageMs({}, 0)).toBe(0)
    expect(ageMs({ age: '0', ...date(NOW) }, 0)).toBe(0)
  })

  it('counts the age from the request, since the reply may have waited on its way', () => {
    expect(ageMs({ age: '900' }, null)).toBe(900_100)
  })

  it("counts the date on the exchange's clock", () => {
    expect(ageMs(date(NOW - 900_000), 0)).toBe(900_000)
    expect(ageMs(date(NOW + HOUR_MS - 900_000), HOUR_MS)).toBe(900_000)
    expect(ageMs(date(NOW - HOUR_MS), -HOUR_MS)).toBe(0)
  })

  it('counts the larger of age and date', () => {
    expect(ageMs({ age: '30', ...date(NOW - 900_000) }, 0)).toBe(900_000)
    expect(ageMs({ age: '900', ...date(NOW) }, 0)).toBe(900_100)
  })

  it('is 0 for a date that differs by the error of the clocks', () => {
    expect(ageMs(date(NOW - 6_000), 0)).toBe(0)
    expect(ageMs(date(NOW - 7_000), 0)).toBe(7_000)
    expect(ageMs(date(NOW + 60_000), 0)).toBe(0)
  })

  it('tolerates a local clock that is wrong by a minute while the exchange clock is not measured', () => {
    expect(ageMs(date(NOW - 60_000), null)).toBe(0)
    expect(ageMs(date(NOW - 180_000), null)).toBe(180_000)
  })

  it('never makes a time before 1970', () => {
    expect(ageMs({ age: '9'.repeat(40) }, 0)).toBe(NOW)
  })
})

describe('StoredReplies', () => {
  const hit = { 'x-cache-status': 'HIT' }

  it('counts a stored reply without an age from its first arrival', () => {
    const replies = new StoredReplies()
    expect(replies.madeAt('/ticker', received(hit, NOW), 0)).toBe(NOW)
    expect(replies.madeAt('/ticker', received(hit, NOW + 10_000), 0)).toBe(NOW)
    expect(replies.madeAt('/ticker', received(hit, NOW + 20_000), 0)).toBe(NOW)
  })

  it('counts another body, another target and an equal reply that was not stored from their arrival', () => {
    const replies = new StoredReplies()
    replies.madeAt('/ticker', received(hit, NOW), 0)
    expect(replies.madeAt('/account', received(hit, NOW + 1_000), 0)).toBe(NOW + 1_000)
    expect(replies.madeAt('/ticker', received(hit, NOW + 2_000, '[1]'), 0)).toBe(NOW + 2_000)
    expect(replies.madeAt('/ticker', received({}, NOW + 3_000, '[1]'), 0)).toBe(NOW + 3_000)
    expect(replies.madeAt('/ticker', received(hit, NOW + 4_000, '[1]'), 0)).toBe(NOW + 4_000)
  })

  it('forgets the oldest of many targets', () => {
    const replies = new StoredReplies()
    for (let page = 0; page <= 50; page += 1) replies.madeAt(`/page/${page}`, received(hit, NOW), 0)
    expect(replies.madeAt('/page/50', received(hit, NOW + 1_000), 0)).toBe(NOW)
    expect(replies.madeAt('/page/0', received(hit, NOW + 1_000), 0)).toBe(NOW + 1_000)
  })
})

describe('isStoredTime', () => {
  it('accepts a reply with a current date', () => {
    expect(isStoredTime({}, NOW)).toBe(false)
    expect(isStoredTime(date(NOW + 4_000), NOW)).toBe(false)
  })

  it('rejects a hit, an age, and a time that is older than its date', () => {
    expect(isStoredTime({ 'cf-cache-status': 'HIT' }, NOW)).toBe(true)
    expect(isStoredTime({ age: '3' }, NOW)).toBe(true)
    expect(isStoredTime(date(NOW + 6_000), NOW)).toBe(true)
  })
})
