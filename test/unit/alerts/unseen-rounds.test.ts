import { describe, expect, it } from 'vitest'
import type { RealizedFill } from '../../../src/domain/snapshot.ts'
import { sats } from '../../../src/domain/units.ts'
import { crossFill, historyAt } from '../../support/alert-ends.ts'
import { type AlertRig, flatAt, openAlertRig } from '../../support/alert-rig.ts'
import { changeEvent, madeCross, readAt, sampleSnapshot, statusEvent, T0 } from '../../support/samples.ts'

const UNSEEN = 'opened and ended while axisor did not watch'

/** The fills of a position that was opened and ended by `type`, newest first. */
function round(
  endedAt: number,
  type: RealizedFill['type'] = 'liquidation',
  id = 'r',
): readonly RealizedFill[] {
  const open = { side: 'long', type: 'market', plSats: sats(0), positionUsd: 25_000 } as const
  return [
    crossFill({ id: `${id} end`, type, filledAt: endedAt, positionUsd: 0, plSats: sats(-90_000) }),
    crossFill({ ...open, id: `${id} open`, filledAt: endedAt - 5_000 }),
  ]
}

/** A rig that has seen an account without positions. */
function seenFlat(): AlertRig {
  const rig = openAlertRig()
  rig.dispatch(statusEvent(T0), flatAt(T0), historyAt(T0, {}))
  rig.evaluate(T0)
  return rig
}

/** A rig that has seen the cross position of the sample account. */
function seenOpen(): AlertRig {
  const rig = openAlertRig()
  rig.dispatch(statusEvent(T0), flatAt(T0, { cross: readAt(T0, madeCross()) }), historyAt(T0, {}))
  rig.evaluate(T0)
  return rig
}

function listed(rig: AlertRig, at: number, fills: readonly RealizedFill[]): void {
  rig.dispatch(flatAt(at), historyAt(at, { crossFills: fills }))
  rig.evaluate(at)
}

function ends(rig: AlertRig): readonly string[] {
  return rig.notices
    .filter(({ alert, event }) => alert.kind === 'position' && event !== 'repeat')
    .map(({ event, alert }) => `${event} ${alert.level}: ${alert.message}`)
}

describe('a cross position that was opened and ended without sight', () => {
  it('is reported as liquidated, as the exchange says', () => {
    const rig = seenFlat()
    listed(rig, T0 + 22_000, round(T0 + 10_000))
    expect(ends(rig)).toEqual([
      `firing liquidated: cross long 25,000 USD was LIQUIDATED at 68,000.0, on 2026-11-23T18:47:50.000Z, P&L -90,000 sats (-61.20 USD), ${UNSEEN}`,
    ])
  })

  it('is reported as closed, and one of the other side that a fill opened by reversing it', () => {
    const rig = seenFlat()
    const reversal = crossFill({
      id: 'reversal',
      ...{ quantityUsd: 35_000, positionUsd: -10_000, plSats: sats(1_000), filledAt: T0 + 8_000 },
    })
    const [, open] = round(T0 + 10_000)
    const end = crossFill({
      ...{ id: 'end', side: 'long', type: 'liquidation', quantityUsd: 10_000 },
      ...{ positionUsd: 0, plSats: sats(-500), filledAt: T0 + 9_000 },
    })
    listed(
      rig,
      T0 + 22_000,
      [end, reversal, open].flatMap(each => each ?? []),
    )
    expect(ends(rig)).toEqual([
      `event info: cross long 25,000 USD was closed at 68,000.0, on 2026-11-23T18:47:48.000Z, P&L +1,000 sats (+0.68 USD), ${UNSEEN}`,
      `firing liquidated: cross short 10,000 USD was LIQUIDATED at 68,000.0, on 2026-11-23T18:47:49.000Z, P&L -500 sats (-0.34 USD), ${UNSEEN}`,
    ])
  })

  it('is reported as liquidated although the position after the fill is unknown', () => {
    const rig = seenFlat()
    const fills = round(T0 + 10_000).map(each => ({ ...each, positionUsd: null, plSats: null }))
    listed(rig, T0 + 22_000, fills)
    expect(ends(rig)[0]).toContain('was LIQUIDATED')
  })

  it('is reported without a word about sight if the stream reported all between two evaluations', () => {
    const rig = seenFlat()
    const at = T0 + 10_000
    rig.dispatch(
      changeEvent(at - 9, { kind: 'cross-position', event: 'new', cross: madeCross({ updatedAt: at - 9 }) }),
      changeEvent(at, {
        kind: 'cross-position',
        event: 'new',
        cross: madeCross({ updatedAt: at, position: null }),
      }),
    )
    rig.evaluate(at)
    listed(rig, at + 4_000, round(at, 'market'))
    expect(ends(rig)).toEqual([
      'event info: cross long 25,000 USD was closed at 68,000.0, P&L -90,000 sats (-61.20 USD)',
    ])
  })

  it('is reported once, also after a restart', () => {
    const rig = seenFlat()
    const fills = round(T0 + 10_000, 'limit')
    listed(rig, T0 + 22_000, fills)
    rig.restart(T0 + 23_000)
    for (const at of [24_000, 84_000, 3_600_000]) listed(rig, T0 + at, fills)
    expect(ends(rig)).toHaveLength(1)
  })

  it('is reported beside one that was open when sight was lost, each with its own result', () => {
    const rig = seenOpen()
    const found = T0 + 600_000
    const own = crossFill({
      ...{ id: 'own', type: 'liquidation', filledAt: T0 + 60_000 },
      ...{ positionUsd: 0, plSats: sats(-1_000) },
    })
    listed(rig, found, [...round(T0 + 120_000, 'limit'), own])
    expect(ends(rig)).toEqual([
      'firing liquidated: cross long 25,000 USD was LIQUIDATED at 68,000.0, on 2026-11-23T18:48:40.000Z, P&L -1,000 sats (-0.68 USD), found after 10m00s without sight',
      `event info: cross long 25,000 USD was closed at 68,000.0, on 2026-11-23T18:49:40.000Z, P&L -90,000 sats (-61.20 USD), ${UNSEEN}`,
    ])
  })

  it('is reported although another one of the same side is open again', () => {
    const rig = seenOpen()
    const found = T0 + 600_000
    const own = crossFill({ id: 'own', type: 'liquidation', filledAt: T0 + 60_000, positionUsd: 0 })
    const again = crossFill({ id: 'b', side: 'long', filledAt: found - 10_000, positionUsd: 25_000 })
    const cross = readAt(found, madeCross({ updatedAt: found - 10_000 }))
    rig.dispatch(flatAt(found, { cross }))
    rig.evaluate(found)
    rig.dispatch(historyAt(found + 1_000, { crossFills: [again, own] }))
    rig.evaluate(found + 1_000)
    expect(ends(rig)).toEqual([
      'firing liquidated: cross long 25,000 USD was LIQUIDATED at 68,000.0, on 2026-11-23T18:48:40.000Z, P&L +382,396 sats (+260.03 USD), found after 10m00s without sight',
    ])
  })
})

describe('a listed end of the cross position', () => {
  it('of the time before the first start is not reported', () => {
    const rig = openAlertRig()
    rig.dispatch(statusEvent(T0))
    listed(rig, T0 + 1_000, round(T0 - 1))
    expect(ends(rig)).toEqual([])
  })

  it('that a message reported before the fill was listed is not reported again', () => {
    const rig = seenOpen()
    const at = T0 + 1_000
    const cross = madeCross({ updatedAt: at, position: null })
    rig.dispatch(changeEvent(at, { kind: 'cross-position', event: 'liquidation', cross }))
    rig.evaluate(at)
    const fills = [crossFill({ id: 'own', type: 'liquidation', filledAt: at - 20, positionUsd: 0 })]
    listed(rig, T0 + 30_000, fills)
    listed(rig, T0 + 90_000, fills)
    rig.restart(T0 + 91_000)
    listed(rig, T0 + 92_000, fills)
    expect(ends(rig).filter(each => each.includes(UNSEEN))).toEqual([])
    expect(rig.raised.filter(({ kind }) => kind === 'position')).toHaveLength(1)
  })

  it('of a position that is still shown as open waits for its own end', () => {
    const rig = seenOpen()
    const own = [crossFill({ id: 'own', type: 'liquidation', filledAt: T0 + 900, positionUsd: 0 })]
    rig.dispatch(historyAt(T0 + 950, { crossFills: own }))
    rig.evaluate(T0 + 950)
    expect(ends(rig)).toEqual([])
    for (const later of [1_000, 60_000]) listed(rig, T0 + later, own)
    expect(ends(rig)).toHaveLength(1)
  })

  it.each([
    ['now', seenOpen],
    ['since the start of the program', () => openAlertRig({}, T0 + 1_000, seenOpen().stored())],
  ])(
    'of a position whose list cannot be read %s is reported once that list is read again',
    (_since, open) => {
      const rig = open()
      rig.dispatch(statusEvent(T0 + 1_000))
      const at = T0 + 10_000
      const own = [crossFill({ id: 'own', type: 'liquidation', filledAt: T0 + 9_000, positionUsd: 0 })]
      const { parts } = sampleSnapshot(at)
      const error = { kind: 'unreadable', code: 'unreadable', message: 'no position', hint: null } as const
      const crossPosition = { ...parts.crossPosition, readAt: null, error }
      rig.dispatch(flatAt(at, { cross: null, parts: { ...parts, crossPosition } }))
      rig.dispatch(historyAt(at, { crossFills: own }))
      rig.evaluate(at)
      expect(ends(rig)).toEqual([])
      for (const later of [60_000, 120_000]) listed(rig, T0 + later, own)
      expect(ends(rig)).toHaveLength(1)
    },
  )
})
