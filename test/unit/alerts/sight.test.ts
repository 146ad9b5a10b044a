import { describe, expect, it } from 'vitest'
import { AxisorError } from '../../../src/domain/error.ts'
import { closedTrade, endedAt, historyAt } from '../../support/alert-ends.ts'
import { type AlertRig, flatAt, marketAt, openAlertRig } from '../../support/alert-rig.ts'
import { sampleSnapshot, statusEvent, T0 } from '../../support/samples.ts'

const NAME = 'isolated long 10,000 USD 7f3a'

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

/** Evaluates each second after T0. */
function wait(rig: AlertRig, fromSecond: number, toSecond: number): void {
  for (let second = fromSecond; second <= toSecond; second++) rig.evaluate(T0 + second * 1_000)
}

// The read of a snapshot starts 80 ms before its prices arrive, so that positions are the oldest.
describe('without fresh data', () => {
  it('warns after 60 s while no position is in a band', () => {
    const rig = opened(0.2)
    wait(rig, 1, 59)
    expect(sent(rig, 'stale')).toEqual([])
    wait(rig, 60, 300)
    expect(sent(rig, 'stale')).toEqual([
      'firing warn: no fresh isolated positions for 1m00s (60 s old): liquidation alerts are not evaluated. When sight was lost: no position was in a band',
    ])
  })

  it('is critical after 20 s while a position is in the warn band, and names the band', () => {
    const rig = opened(0.04)
    wait(rig, 1, 19)
    expect(sent(rig, 'stale')).toEqual([])
    wait(rig, 20, 140)
    expect(sent(rig, 'stale')).toEqual([
      `firing critical: no fresh isolated positions for 20s: liquidation alerts rest on old data. When sight was lost: warn: ${NAME} is 4.00% from liquidation at 66,809.5`,
      `repeat critical: no fresh isolated positions for 2m20s (140 s old): liquidation alerts are not evaluated. When sight was lost: warn: ${NAME} is 4.00% from liquidation at 66,809.5`,
    ])
  })

  it('waits 60 s while a position is only in the watch band', () => {
    const rig = opened(0.09)
    wait(rig, 1, 59)
    expect(sent(rig, 'stale')).toEqual([])
    wait(rig, 60, 60)
    expect(sent(rig, 'stale')[0]).toContain('watch: isolated long')
  })

  it('names old prices while positions are read', () => {
    const rig = opened(0.2)
    const { parts } = sampleSnapshot(T0 + 60_000)
    rig.dispatch(
      flatAt(T0 + 60_000, { ticker: null, parts: { ...parts, market: { ...parts.market, readAt: null } } }),
    )
    rig.dispatch(endedAt(T0 + 60_000, 'closed'))
    rig.evaluate(T0 + 60_000)
    expect(sent(rig, 'stale')[0]).toMatch(/^firing warn: no fresh market data for 1m00s/)
  })

  it('leaves the levels of alerts as they were', () => {
    const rig = opened(0.04)
    wait(rig, 1, 100)
    expect(rig.active().map(({ kind, level }) => `${kind} ${level}`)).toEqual([
      'stale critical',
      'liquidation warn',
    ])
    expect(rig.active()[1]?.message).toMatch(/4\.00% from liquidation at 66,809\.5, as of 1m\d\ds ago$/)
  })

  it('starts with the program if there never was any', () => {
    const rig = openAlertRig()
    rig.dispatch(statusEvent(T0, { link: 'dialing' }))
    wait(rig, 1, 59)
    expect(sent(rig, 'stale')).toEqual([])
    wait(rig, 60, 60)
    expect(sent(rig, 'stale')[0]).toMatch(/^firing warn: no fresh market data for 1m00s \(not read yet\)/)
  })

  it('ignores parts that the key may not read', () => {
    const rig = openAlertRig()
    const key = { permissions: ['account:read', 'futures:isolated:read'] }
    const { parts } = sampleSnapshot(T0)
    const error = { kind: 'refused', code: 'missing-permission', message: 'HTTP 403', hint: null } as const
    const over = { key, cross: null, missing: ['futures:cross:read'] } as const
    rig.dispatch(statusEvent(T0, { key }))
    for (let second = 0; second <= 120; second += 10) {
      const at = T0 + second * 1_000
      const crossPosition = { ...parts.crossPosition, readAt: null, error }
      const { parts: read } = sampleSnapshot(at)
      rig.slide(at, 0.2, { ...over, parts: { ...read, crossPosition } })
    }
    expect(rig.notices).toEqual([])
    expect(rig.state().seenAt).toBe(T0 + 120_000 - SAMPLE_AGE_MS)
  })
})

/** The oldest value of the sample snapshot is older than the snapshot by this. */
const SAMPLE_AGE_MS = 80

describe('when sight is back', () => {
  it('reports a jump over all bands once, then the end of the gap', () => {
    const rig = opened(0.2)
    wait(rig, 1, 90)
    rig.notices.length = 0
    const { gap, notices } = rig.slide(T0 + 91_000, 0.01)
    expect(notices.map(({ event, alert }) => `${event} ${alert.kind} ${alert.level}`)).toEqual([
      'firing liquidation critical',
      'resolved stale warn',
    ])
    expect(gap).toEqual({ from: T0 - SAMPLE_AGE_MS, to: T0 + 91_000 })
    expect(rig.slide(T0 + 92_000, 0.01).gap).toBeNull()
  })

  it('reports a liquidation before all that is over', () => {
    const rig = opened(0.02)
    wait(rig, 1, 90)
    rig.notices.length = 0
    const at = T0 + 91_000
    rig.dispatch(flatAt(at), historyAt(at, { closed: [closedTrade({ closedAt: T0 + 40_000 })] }))
    rig.evaluate(at)
    expect(rig.notices.map(({ event, alert }) => `${event} ${alert.kind} ${alert.level}`)).toEqual([
      'firing position liquidated',
      'resolved liquidation critical',
      'resolved stale critical',
    ])
    expect(rig.notices[0]?.alert.message).toContain('found after 1m31s without sight')
  })

  it('holds the end of the gap while the end of a missing position may still be reported', () => {
    const rig = opened(0.02)
    wait(rig, 1, 90)
    rig.notices.length = 0
    const at = T0 + 91_000
    rig.dispatch(flatAt(at))
    rig.evaluate(at)
    expect(rig.notices).toEqual([])
    rig.dispatch(historyAt(at + 6_000, { closed: [closedTrade({ closedAt: T0 + 40_000 })] }))
    rig.evaluate(at + 6_000)
    expect(rig.notices.map(({ event, alert }) => `${event} ${alert.kind}`)).toEqual([
      'firing position',
      'resolved liquidation',
      'resolved stale',
    ])
    expect(rig.notices.at(-1)?.alert.message).toContain('after 1m31s without sight')
  })

  it('waits up to 15 s for the end of a position before it reports that data is fresh', () => {
    for (const endsAfterMs of [10_000, null]) {
      const rig = opened(0.02)
      wait(rig, 1, 90)
      rig.notices.length = 0
      for (let ms = 0; ms <= 15_000; ms += 5_000) {
        const at = T0 + 91_000 + ms
        rig.dispatch(flatAt(at))
        if (ms === endsAfterMs) rig.dispatch(historyAt(at, { closed: [closedTrade()] }))
        rig.evaluate(at)
      }
      const events = rig.notices.map(({ event, alert }) => `${event} ${alert.kind} ${alert.level}`)
      expect(events).toEqual(
        endsAfterMs === null
          ? ['firing position critical', 'resolved stale critical']
          : ['firing position liquidated', 'resolved liquidation critical', 'resolved stale critical'],
      )
    }
  })

  it('reports no gap after 30 s or less', () => {
    const rig = opened(0.2)
    expect(rig.slide(T0 + 30_000 - SAMPLE_AGE_MS, 0.2).gap).toBeNull()
    const next = T0 + 60_001
    expect(rig.slide(next, 0.2).gap).toEqual({ from: T0 + 30_000 - 2 * SAMPLE_AGE_MS, to: next })
  })

  it('reports no gap before the first sight', () => {
    const rig = openAlertRig()
    wait(rig, 1, 100)
    expect(rig.slide(T0 + 101_000, 0.2).gap).toBeNull()
  })
})

describe('the link', () => {
  const waiting = (at: number) =>
    statusEvent(at, { link: 'waiting', lastError: new AxisorError('connection-lost', 'closed (1006)') })

  it('that is lost for 60 s raises an alert, which ends when it is live', () => {
    const rig = opened(0.2)
    rig.dispatch(waiting(T0 + 1_000))
    rig.evaluate(T0 + 1_000)
    rig.slide(T0 + 60_999, 0.2)
    expect(sent(rig, 'connection')).toEqual([])
    rig.slide(T0 + 61_000, 0.2)
    rig.slide(T0 + 90_000, 0.2)
    rig.dispatch(statusEvent(T0 + 91_000))
    rig.slide(T0 + 91_000, 0.2)
    expect(sent(rig, 'connection')).toEqual([
      'firing warn: the link is lost for 1m00s (closed (1006)); data arrives over HTTP',
      'resolved warn: the link is live again',
    ])
  })

  it('starts counting again after it was live', () => {
    const rig = opened(0.2)
    rig.dispatch(waiting(T0))
    rig.evaluate(T0)
    rig.dispatch(statusEvent(T0 + 50_000))
    rig.evaluate(T0 + 50_000)
    rig.dispatch(waiting(T0 + 51_000))
    rig.slide(T0 + 100_000, 0.2)
    rig.slide(T0 + 159_000, 0.2)
    expect(sent(rig, 'connection')).toEqual([])
  })

  it('is not lost before it was first opened', () => {
    const rig = openAlertRig()
    rig.dispatch(statusEvent(T0, { link: 'idle' }))
    rig.slide(T0, 0.2)
    rig.slide(T0 + 100_000, 0.2)
    expect(sent(rig, 'connection')).toEqual([])
  })

  it('stays lost over a restart until it is live', () => {
    const rig = opened(0.2)
    rig.dispatch(waiting(T0))
    rig.evaluate(T0)
    rig.slide(T0 + 60_000, 0.2)
    const restarted = openAlertRig({}, T0 + 70_000, rig.stored())
    restarted.evaluate(T0 + 70_000)
    restarted.dispatch(waiting(T0 + 71_000))
    restarted.evaluate(T0 + 71_000)
    expect(restarted.notices).toEqual([])
    expect(restarted.active()).toHaveLength(1)
    restarted.dispatch(statusEvent(T0 + 72_000))
    restarted.slide(T0 + 72_000, 0.2)
    expect(sent(restarted, 'connection')).toEqual(['resolved warn: the link is live again'])
  })
})

describe('an old row at a fresh price', () => {
  it('may get worse, never better, and says its age', () => {
    const rig = opened(0.09)
    const at = T0 + 40_000
    rig.dispatch(...marketAt(at, 0.04))
    expect(rig.evaluate(at).notices.map(({ alert }) => `${alert.level}: ${alert.message}`)[0]).toBe(
      `warn: isolated long 10,000 USD 7f3a (position data 40s old) is 4.00% from liquidation at 66,809.5`,
    )
    rig.dispatch(...marketAt(at + 1_000, 0.3))
    rig.evaluate(at + 1_000)
    expect(rig.active().map(({ kind, level }) => `${kind} ${level}`)).toContain('liquidation warn')
    rig.slide(at + 2_000, 0.3)
    expect(rig.active()).toEqual([])
  })
})

it('raises a critical alert for a position that can not be read, and keeps it while its list fails', () => {
  const rig = opened(0.2)
  const { parts } = sampleSnapshot(T0 + 1_000)
  const unreadable = [{ id: null, field: 'side', problem: 'is missing' }]
  const part = { ...parts.isolatedPositions, unreadable }
  rig.slide(T0 + 1_000, 0.2, { parts: { ...parts, isolatedPositions: part } })
  expect(sent(rig, 'unreadable-position')).toEqual([
    "firing critical: an isolated position can't be read (side is missing): its risk is unknown",
  ])
  const error = { kind: 'failed', code: 'unavailable', message: 'HTTP 503', hint: null } as const
  const failed = { ...parts.isolatedPositions, readAt: null, error }
  rig.slide(T0 + 2_000, 0.2, { isolated: null, parts: { ...parts, isolatedPositions: failed } })
  expect(sent(rig, 'unreadable-position')).toHaveLength(1)
  rig.slide(T0 + 3_000, 0.2)
  expect(sent(rig, 'unreadable-position').slice(1)).toEqual([
    'resolved critical: the position can be read again or is no longer listed',
  ])
})
