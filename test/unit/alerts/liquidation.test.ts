import { describe, expect, it } from 'vitest'
import { NO_RISK_ALERTS, type RiskAlertState, updateRiskAlerts } from '../../../src/alerts/risk-alerts.ts'
import { riskOf } from '../../../src/domain/risk.ts'
import type { PositionRow } from '../../../src/store/view.ts'
import { madePosition, T0 } from '../../support/samples.ts'

function row(distance: number | null, over: Partial<PositionRow> = {}): PositionRow {
  return {
    position: madePosition(),
    ageMs: 0,
    stale: false,
    isOld: false,
    marketIsStale: false,
    markPriceUsd: null,
    unrealizedPlSats: null,
    unrealizedPlUsd: null,
    netPlSats: null,
    returnOnMargin: null,
    liquidationDistance: distance,
    liquidationDistanceUsd: null,
    breakEvenUsd: null,
    distanceInDayRanges: null,
    risk: riskOf(distance),
    warnings: [],
    plDifferenceSats: null,
    maintenanceMarginBasis: null,
    ...over,
  }
}

/** The levels raised by a sequence of distances, one per second. */
function raisedBy(distances: readonly (number | null)[]): readonly (string | null)[] {
  let state: RiskAlertState = NO_RISK_ALERTS
  return distances.map((distance, i) => {
    const result = updateRiskAlerts(
      state,
      { rows: [row(distance)], unreadable: [], key: null },
      T0 + i * 1_000,
    )
    state = result.state
    return result.raised[0]?.level ?? null
  })
}

describe('updateRiskAlerts', () => {
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

  it('waits 5 s for the liquidation price of a fill known from the stream only', () => {
    const position = madePosition({ maintenanceMarginSats: null, liquidationPriceUsd: null })
    expect(
      updateRiskAlerts(
        NO_RISK_ALERTS,
        { rows: [row(null, { position, ageMs: 900 })], unreadable: [], key: null },
        T0,
      ).active,
    ).toEqual([])
    expect(
      updateRiskAlerts(
        NO_RISK_ALERTS,
        { rows: [row(null, { position, ageMs: 5_000 })], unreadable: [], key: null },
        T0,
      ).active,
    ).toHaveLength(1)
    const first = updateRiskAlerts(NO_RISK_ALERTS, { rows: [row(0.01)], unreadable: [], key: null }, T0)
    const refilled = updateRiskAlerts(
      first.state,
      { rows: [row(null, { position, ageMs: 900 })], unreadable: [], key: null },
      T0 + 1_000,
    )
    expect(refilled.active[0]).toMatchObject({ level: 'critical', since: T0 })
  })

  it('keeps alerts of stale rows and raises none', () => {
    const first = updateRiskAlerts(NO_RISK_ALERTS, { rows: [row(0.03)], unreadable: [], key: null }, T0)
    const frozen = updateRiskAlerts(
      first.state,
      { rows: [row(0.2, { stale: true, marketIsStale: true })], unreadable: [], key: null },
      T0 + 1_000,
    )
    expect(frozen.raised).toEqual([])
    expect(frozen.active[0]).toMatchObject({ level: 'warn', since: T0 })
    const unseen = updateRiskAlerts(
      NO_RISK_ALERTS,
      { rows: [row(0.01, { stale: true, marketIsStale: true })], unreadable: [], key: null },
      T0,
    )
    expect(unseen.active).toEqual([])
  })

  it('drops the alert of a closed position and raises its successor', () => {
    const first = updateRiskAlerts(NO_RISK_ALERTS, { rows: [row(0.01)], unreadable: [], key: null }, T0)
    const gone = updateRiskAlerts(first.state, { rows: [], unreadable: [], key: null }, T0 + 1)
    expect(gone.active).toEqual([])
    expect(
      updateRiskAlerts(gone.state, { rows: [row(0.01)], unreadable: [], key: null }, T0 + 2).raised,
    ).toHaveLength(1)
  })

  it('names the position and its liquidation price', () => {
    const [alert] = updateRiskAlerts(
      NO_RISK_ALERTS,
      { rows: [row(0.0235)], unreadable: [], key: null },
      T0,
    ).raised
    expect(alert?.message).toBe('isolated long 10,000 USD is 2.35 percent from liquidation at 66,809.5')
    const [beyond] = updateRiskAlerts(
      NO_RISK_ALERTS,
      { rows: [row(-0.004)], unreadable: [], key: null },
      T0,
    ).raised
    expect(beyond?.message).toContain('0.40 percent beyond its liquidation price')
  })
})
