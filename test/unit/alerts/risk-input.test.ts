import { describe, expect, it } from 'vitest'
import { NO_RISK_ALERTS, updateRiskAlerts } from '../../../src/alerts/risk-alerts.ts'
import { riskInputOf } from '../../../src/alerts/risk-input.ts'
import type { Ticker } from '../../../src/domain/market.ts'
import { usd } from '../../../src/domain/units.ts'
import { reduce } from '../../../src/store/reducers/reduce.ts'
import { INITIAL_STATE } from '../../../src/store/state.ts'
import { madeTicker, readAt, resetEvent, statusEvent, T0 } from '../../support/samples.ts'

/** Closing prices 0.14 % above the liquidation price of the sample position. */
const NEAR = [{ minSizeUsd: 0, maxSizeUsd: 50_000, bidUsd: usd(66_900), askUsd: usd(66_905) }]

function alertsWith(over: Partial<Ticker>): readonly string[] {
  const ticker = readAt(T0, madeTicker({ buckets: NEAR, ...over }))
  const state = [statusEvent(T0), resetEvent(T0, { ticker })].reduce(reduce, INITIAL_STATE)
  const { active } = updateRiskAlerts(NO_RISK_ALERTS, riskInputOf(state, T0), T0)
  return active.map(({ kind, level }) => `${kind} ${level}`)
}

describe('riskInputOf', () => {
  it.each<Partial<Ticker>>([{}, { indexUsd: null }, { funding: null }, { lastPriceUsd: null }])(
    'evaluates the risk at the closing prices with %j',
    over => {
      expect(alertsWith(over)).toContain('liquidation critical')
    },
  )

  it('evaluates nothing without closing prices', () => {
    expect(alertsWith({ buckets: null })).toEqual([])
  })
})
