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
    ...over,
  }
}

/** The levels raised by a walk of distances, one a second. */
function walk(distances: readonly (number | null)[]): readonly (string | null)[] {
  let state: RiskAlertState = NO_RISK_ALERTS
  return distances.map((distance, i) => {
    const step = updateRiskAlerts(state, [row(distance)], T0 + i * 1_000)
    state = step.state
    return step.raised[0]?.level ?? null
  })
}

describe('The risk watch', () => {
  it('tells each worse band once as the price comes nearer', () => {
    expect(walk([0.2, 0.09, 0.08, 0.049, 0.03, 0.024, 0.01])).toEqual([
      null,
      'watch',
      null,
      'warn',
      null,
      'critical',
      null,
    ])
  })

  it('tells a gap through several bands at once, as the worst of them', () => {
    expect(walk([0.2, -0.01])).toEqual([null, 'critical'])
  })

  it('does not tell again while the price plays on the edge of a band', () => {
    expect(walk([0.051, 0.049, 0.051, 0.049, 0.0549, 0.049])).toEqual([
      'watch',
      'warn',
      null,
      null,
      null,
      null,
    ])
  })

  it('tells again after the price was clearly out of the band', () => {
    expect(walk([0.049, 0.056, 0.049])).toEqual(['warn', null, 'warn'])
  })

  it('treats a distance that is not known as a warning, never as safe, from the first look', () => {
    expect(walk([null])).toEqual(['warn'])
    expect(walk([0.2, null])).toEqual([null, 'warn'])
  })

  it('gives a fill that only the stream has told a few seconds to learn its level', () => {
    const position = madePosition({ maintenanceMarginSats: null, liquidationPriceUsd: null })
    expect(updateRiskAlerts(NO_RISK_ALERTS, [row(null, { position, ageMs: 900 })], T0).active).toEqual([])
    expect(updateRiskAlerts(NO_RISK_ALERTS, [row(null, { position, ageMs: 5_000 })], T0).active).toHaveLength(
      1,
    )
    const first = updateRiskAlerts(NO_RISK_ALERTS, [row(0.01)], T0)
    const refilled = updateRiskAlerts(first.state, [row(null, { position, ageMs: 900 })], T0 + 1_000)
    expect(refilled.active[0]).toMatchObject({ level: 'critical', since: T0 })
  })

  it('evaluates nothing on stale rows, and forgets nothing either', () => {
    const first = updateRiskAlerts(NO_RISK_ALERTS, [row(0.03)], T0)
    const frozen = updateRiskAlerts(first.state, [row(0.2, { stale: true })], T0 + 1_000)
    expect(frozen.raised).toEqual([])
    expect(frozen.active[0]).toMatchObject({ level: 'warn', since: T0 })
    const unseen = updateRiskAlerts(NO_RISK_ALERTS, [row(0.01, { stale: true })], T0)
    expect(unseen.active).toEqual([])
  })

  it('forgets a position that is gone, so that its successor is told anew', () => {
    const first = updateRiskAlerts(NO_RISK_ALERTS, [row(0.01)], T0)
    const gone = updateRiskAlerts(first.state, [], T0 + 1)
    expect(gone.active).toEqual([])
    expect(updateRiskAlerts(gone.state, [row(0.01)], T0 + 2).raised).toHaveLength(1)
  })

  it('names the position and its level', () => {
    const [alert] = updateRiskAlerts(NO_RISK_ALERTS, [row(0.0235)], T0).raised
    expect(alert?.message).toBe('isolated long 10,000 USD is 2.35 percent from liquidation at 66,809.5')
    const [beyond] = updateRiskAlerts(NO_RISK_ALERTS, [row(-0.004)], T0).raised
    expect(beyond?.message).toContain('0.40 percent beyond its liquidation price')
  })
})
