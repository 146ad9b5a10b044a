import { describe, expect, it } from 'vitest'
import { AxisorError } from '../../../../src/domain/error.ts'
import { ForbiddenRoutes } from '../../../../src/feed/exchange/forbidden-routes.ts'

const FORBIDDEN = new AxisorError('missing-permission', 'host answered 403')

function mayAsk(
  forbidden: ForbiddenRoutes,
  name: 'account' | 'crossPosition' | 'swaps',
  now: number,
): boolean {
  return forbidden.refusalOf(name, now) === null
}

/** Returns the times of the requests that are sent if one is due every `everyMs` and each is refused. */
function askedAt(forbidden: ForbiddenRoutes, everyMs: number, untilMs: number): readonly number[] {
  const times: number[] = []
  for (let now = 0; now <= untilMs; now += everyMs) {
    if (forbidden.refusalOf('account', now) !== null) continue
    times.push(now)
    forbidden.failed('account', FORBIDDEN, now)
  }
  return times
}

describe('ForbiddenRoutes', () => {
  it('allows a refused route again after a pause that doubles up to five minutes', () => {
    const times = askedAt(new ForbiddenRoutes(), 1_000, 1_200_000)
    const pauses = times.slice(1).map((time, index) => (time - (times[index] ?? 0)) / 1_000)
    expect(pauses).toEqual([4, 8, 16, 32, 64, 128, 256, 300, 300])
  })

  it('pauses at most 30 s before a route that has worked', () => {
    const forbidden = new ForbiddenRoutes()
    forbidden.accepted('account')
    expect(askedAt(forbidden, 1_000, 125_000)).toEqual([0, 4_000, 12_000, 28_000, 58_000, 88_000, 118_000])
    forbidden.reset()
    expect(askedAt(forbidden, 1_000, 70_000)).toEqual([0, 4_000, 12_000, 28_000, 58_000])
  })

  it('recovers from a challenge of 12 s within 20 s, at a poll every 5 s', () => {
    const next = askedAt(new ForbiddenRoutes(), 5_000, 60_000).find(time => time >= 12_000)
    expect(next).toBeLessThanOrEqual(32_000)
  })

  it('counts several refusals of one moment once', () => {
    const forbidden = new ForbiddenRoutes()
    for (let i = 0; i < 5; i += 1) forbidden.failed('account', FORBIDDEN, 100)
    expect(mayAsk(forbidden, 'account', 4_099)).toBe(false)
    expect(mayAsk(forbidden, 'account', 4_100)).toBe(true)
  })

  it('returns the refusal during its pause, and ignores other errors', () => {
    const forbidden = new ForbiddenRoutes()
    forbidden.failed('account', new AxisorError('unavailable', 'host answered 503'), 0)
    expect(forbidden.refusalOf('account', 0)).toBeNull()
    forbidden.failed('account', FORBIDDEN, 0)
    expect(forbidden.refusalOf('account', 3_999)).toBe(FORBIDDEN)
  })

  it('returns the end of the first pause of the routes that have worked', () => {
    const forbidden = new ForbiddenRoutes()
    const names = ['account', 'crossPosition'] as const
    forbidden.failed('account', FORBIDDEN, 0)
    expect(forbidden.retryAt(names, 0)).toBeNull()
    for (const name of ['account', 'crossPosition', 'swaps'] as const) forbidden.accepted(name)
    forbidden.failed('swaps', FORBIDDEN, 1_000)
    forbidden.failed('crossPosition', FORBIDDEN, 2_000)
    forbidden.failed('account', FORBIDDEN, 3_000)
    expect(forbidden.retryAt(names, 3_000)).toBe(6_000)
    expect(forbidden.retryAt(names, 6_000)).toBe(7_000)
    expect(forbidden.retryAt(names, 7_000)).toBeNull()
  })

  it('keeps routes apart', () => {
    const forbidden = new ForbiddenRoutes()
    forbidden.failed('account', FORBIDDEN, 0)
    expect(mayAsk(forbidden, 'crossPosition', 0)).toBe(true)
  })

  it('begins with the short pause again after an accepted request', () => {
    const forbidden = new ForbiddenRoutes()
    askedAt(forbidden, 1_000, 100_000)
    forbidden.accepted('account')
    expect(mayAsk(forbidden, 'account', 100_000)).toBe(true)
    forbidden.failed('account', FORBIDDEN, 100_000)
    expect(mayAsk(forbidden, 'account', 104_000)).toBe(true)
  })

  it('allows every route at once after a reset', () => {
    const forbidden = new ForbiddenRoutes()
    forbidden.failed('account', FORBIDDEN, 0)
    forbidden.failed('swaps', FORBIDDEN, 0)
    forbidden.reset()
    expect([mayAsk(forbidden, 'account', 0), mayAsk(forbidden, 'swaps', 0)]).toEqual([true, true])
  })
})
