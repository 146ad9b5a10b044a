import { describe, expect, it } from 'vitest'
import { type AlertRig, madeRow, openAlertRig } from '../../support/alert-rig.ts'
import { changeEvent, madePosition, resetEvent, statusEvent, T0 } from '../../support/samples.ts'

/** A rig with fresh data, so that only the replaced rows decide. */
function openRig(): AlertRig {
  const rig = openAlertRig()
  rig.dispatch(resetEvent(T0), statusEvent(T0))
  return rig
}

/** The levels raised by a sequence of distances, one per 100 ms. */
function raisedBy(distances: readonly (number | null)[]): readonly (string | null)[] {
  const rig = openRig()
  return distances.map((distance, i) => {
    const { raised } = rig.evaluate(T0 + i * 100, { positions: [madeRow(distance)] })
    return raised[0]?.level ?? null
  })
}

describe('a liquidation rule', () => {
  it('raises each worse band once', () => {
    expect(raisedBy([0.2, 0.09, 0.08, 0.049, 0.03, 0.024, 0.01])).toEqual([
      null,
      'watch',
      null,
      'warn',
      null,
      'critical',
      null,
    ])
  })

  it('raises only the worst band after a jump over several', () => {
    expect(raisedBy([0.2, -0.01])).toEqual([null, 'critical'])
  })

  it('does not raise again while the price moves around a bound', () => {
    expect(raisedBy([0.051, 0.049, 0.051, 0.049, 0.0549, 0.049])).toEqual([
      'watch',
      'warn',
      null,
      null,
      null,
      null,
    ])
  })

  it('raises again after the price has left the band', () => {
    expect(raisedBy([0.049, 0.056, 0.049])).toEqual(['warn', null, 'warn'])
  })

  it('raises warn for an unknown distance', () => {
    expect(raisedBy([null])).toEqual(['warn'])
    expect(raisedBy([0.2, null])).toEqual([null, 'warn'])
  })

  it('waits 15 s for the liquidation price of a fill known from the stream only', () => {
    const position = madePosition({ maintenanceMarginSats: null, liquidationPriceUsd: null })
    const fill = (ageMs: number) => ({ positions: [madeRow(null, { position, ageMs })] })
    const rig = openRig()
    rig.evaluate(T0, fill(900))
    expect(rig.active()).toEqual([])
    rig.evaluate(T0, fill(14_999))
    expect(rig.active()).toEqual([])
    rig.evaluate(T0, fill(15_000))
    expect(rig.active()).toHaveLength(1)
    const known = openRig()
    known.evaluate(T0, { positions: [madeRow(0.01)] })
    known.evaluate(T0 + 1_000, fill(900))
    expect(known.active()[0]).toMatchObject({ level: 'critical', since: T0 })
  })

  it('keeps alerts of stale rows and raises none', () => {
    const rig = openRig()
    rig.evaluate(T0, { positions: [madeRow(0.03)] })
    const stale = { stale: true, marketIsStale: true }
    expect(rig.evaluate(T0 + 1_000, { positions: [madeRow(0.2, stale)] }).raised).toEqual([])
    expect(rig.active()[0]).toMatchObject({ level: 'warn', since: T0 })
    const unseen = openRig()
    unseen.evaluate(T0, { positions: [madeRow(0.01, stale)] })
    expect(unseen.active()).toEqual([])
  })

  it('drops the alert of a closed position and raises its successor', () => {
    const rig = openRig()
    rig.evaluate(T0)
    expect(rig.active().map(({ kind }) => kind)).toEqual(['liquidation'])
    const [first] = rig.active()
    const end = { why: 'closed', plSats: null, exitPriceUsd: null, closingFeeSats: null } as const
    const { id } = madePosition()
    rig.dispatch(changeEvent(T0 + 1, { kind: 'trade-ended', id, endedAt: T0, ...end }))
    rig.evaluate(T0 + 1)
    expect(rig.active()).toEqual([])
    const next = madeRow(0.01, { position: madePosition({ id: 'b', quantityUsd: 1 }) })
    const { raised } = rig.evaluate(T0 + 2, { positions: [next] })
    expect(raised).toHaveLength(1)
    expect(raised[0]?.id).not.toBe(first?.id)
  })

  it('names the position and its liquidation price', () => {
    const messageAt = (distance: number): string | undefined =>
      openRig().evaluate(T0, { positions: [madeRow(distance)] }).raised[0]?.message
    expect(messageAt(0.0235)).toBe('isolated long 10,000 USD 7f3a is 2.35% from liquidation at 66,809.5')
    expect(messageAt(-0.004)).toContain('0.40% beyond its liquidation price')
  })
})
