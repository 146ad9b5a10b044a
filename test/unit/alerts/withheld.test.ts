import { describe, expect, it } from 'vitest'
import { PART_PERMISSIONS, POSITION_PARTS } from '../../../src/domain/parts.ts'
import { type AlertRig, openAlertRig } from '../../support/alert-rig.ts'
import { readAt, sampleSnapshot, statusEvent, T0 } from '../../support/samples.ts'

function opened(distance: number): AlertRig {
  const rig = openAlertRig()
  rig.dispatch(statusEvent(T0))
  rig.slide(T0, distance)
  rig.notices.length = 0
  return rig
}

/** `EVENT LEVEL: MESSAGE` of the notices of a kind. */
function sent(rig: AlertRig, kind: string): readonly string[] {
  return rig.notices
    .filter(({ alert }) => alert.kind === kind)
    .map(({ event, alert }) => `${event} ${alert.level}: ${alert.message}`)
}

/** A program after `rig` whose key can't read the position parts that are given, evaluated each 10 s for a minute. */
function restartedWithout(rig: AlertRig, ...withheld: readonly (typeof POSITION_PARTS)[number][]): AlertRig {
  const at = T0 + 10_000
  const restarted = openAlertRig({}, at, rig.stored())
  const error = { kind: 'refused', code: 'missing-permission', message: 'HTTP 403', hint: null } as const
  const missing = withheld.map(part => PART_PERMISSIONS[part])
  const permissions = ['account:read', ...POSITION_PARTS.map(part => PART_PERMISSIONS[part])]
  const key = { permissions: permissions.filter(each => !missing.some(other => other === each)) }
  restarted.dispatch(statusEvent(at, { key }))
  for (let second = 0; second <= 60; second += 10) {
    const now = at + second * 1_000
    const { parts } = sampleSnapshot(now)
    const refused = Object.fromEntries(withheld.map(part => [part, { ...parts[part], readAt: null, error }]))
    const isolated = withheld.includes('isolatedPositions') ? { isolated: null } : {}
    const cross = withheld.includes('crossPosition') ? { cross: null } : {}
    restarted.slide(now, 0.2, { key, missing, ...isolated, ...cross, parts: { ...parts, ...refused } })
  }
  return restarted
}

describe('a key that lost a permission before a restart', () => {
  it('is not healthy while a position of that part was open, and data counts as stale', () => {
    const rig = restartedWithout(opened(0.2), 'isolatedPositions')
    expect(rig.state().sightedAt).toBeNull()
    expect(sent(rig, 'stale')[0]).toContain('firing warn: no fresh isolated positions for 1m00s')
  })

  it('is not healthy while an alert about an unreadable position of that part fires', () => {
    const before = openAlertRig()
    const { parts } = sampleSnapshot(T0)
    const unreadable = [{ id: null, field: 'side', problem: 'is missing' }]
    before.slide(T0, 0.2, {
      isolated: readAt(T0, []),
      parts: { ...parts, isolatedPositions: { ...parts.isolatedPositions, unreadable } },
    })
    expect(before.state().open).toEqual([])
    const rig = restartedWithout(before, 'isolatedPositions')
    expect(rig.state().sightedAt).toBeNull()
    expect(rig.active().map(({ kind }) => kind)).toContain('unreadable-position')
  })

  it('is healthy if no position of that part was open', () => {
    const rig = restartedWithout(opened(0.2), 'crossPosition')
    expect(rig.state().sightedAt).not.toBeNull()
    expect(rig.notices).toEqual([])
  })

  it('is never healthy without both position parts, and raises an alert about the key until it can read one', () => {
    const rig = restartedWithout(openAlertRig(), ...POSITION_PARTS)
    expect(rig.state().sightedAt).toBeNull()
    expect(sent(rig, 'key')).toEqual(["firing critical: the key can't read positions: their risk is unknown"])
    expect(sent(rig, 'stale')).toEqual([])
    const at = T0 + 71_000
    rig.dispatch(statusEvent(at))
    rig.slide(at, 0.2, { missing: [] })
    expect(sent(rig, 'key').slice(1)).toEqual(['resolved critical: the API key can read positions'])
    expect(rig.state().sightedAt).toBe(at)
  })
})
