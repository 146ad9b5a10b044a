import { describe, expect, it } from 'vitest'
import { ForbiddenRoutes } from '../../../../src/feed/exchange/forbidden-routes.ts'

/** Returns the times of the requests that are sent if one is due every `everyMs` and each is refused. */
function askedAt(forbidden: ForbiddenRoutes, everyMs: number, untilMs: number): readonly number[] {
  const times: number[] = []
  for (let now = 0; now <= untilMs; now += everyMs) {
    if (!forbidden.mayAsk('account', now)) continue
    times.push(now)
    forbidden.refused('account', now)
  }
  return times
}

describe('ForbiddenRoutes', () => {
  it('allows a refused route again after a pause that doubles up to five minutes', () => {
    const times = askedAt(new ForbiddenRoutes(), 1_000, 1_300_000)
    const pauses = times.slice(1).map((time, index) => (time - (times[index] ?? 0)) / 1_000)
    expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300])
  })

  it('recovers from a challenge of 12 s within 20 s, at a poll every 5 s', () => {
    const next = askedAt(new ForbiddenRoutes(), 5_000, 60_000).find(time => time >= 12_000)
    expect(next).toBeLessThanOrEqual(32_000)
  })

  it('counts several refusals of one moment once', () => {
    const forbidden = new ForbiddenRoutes()
    for (let i = 0; i < 5; i += 1) forbidden.refused('account', 100)
    expect(forbidden.mayAsk('account', 5_099)).toBe(false)
    expect(forbidden.mayAsk('account', 5_100)).toBe(true)
  })

  it('keeps routes apart', () => {
    const forbidden = new ForbiddenRoutes()
    forbidden.refused('account', 0)
    expect(forbidden.mayAsk('crossPosition', 0)).toBe(true)
  })

  it('begins with the short pause again after an accepted request', () => {
    const forbidden = new ForbiddenRoutes()
    askedAt(forbidden, 1_000, 100_000)
    forbidden.accepted('account')
    expect(forbidden.mayAsk('account', 100_000)).toBe(true)
    forbidden.refused('account', 100_000)
    expect(forbidden.mayAsk('account', 105_000)).toBe(true)
  })

  it('allows every route at once after a reset', () => {
    const forbidden = new ForbiddenRoutes()
    forbidden.refused('account', 0)
    forbidden.refused('swaps', 0)
    forbidden.reset()
    expect([forbidden.mayAsk('account', 0), forbidden.mayAsk('swaps', 0)]).toEqual([true, true])
  })
})
