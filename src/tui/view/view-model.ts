import {
  type Alert,
  NO_RISK_ALERTS,
  type RiskAlertState,
  updateRiskAlerts,
} from '../../alerts/risk-alerts.ts'
import { selectMarket } from '../../store/selectors/market.ts'
import { selectOrders, selectPositions } from '../../store/selectors/positions.ts'
import { selectSource } from '../../store/selectors/source.ts'
import { selectAccount, selectTotals } from '../../store/selectors/totals.ts'
import type { State } from '../../store/state.ts'
import type {
  AccountView,
  MarketView,
  OrderRow,
  PositionRow,
  SourceView,
  TotalsView,
} from '../../store/view.ts'
import { riskText } from './format.ts'

/** Everything that a screen shows of the world, selected once for each drawn frame. */
export interface ViewModel {
  readonly now: number
  /** For lists that are shown as they were told: happenings, candles, history, faults. */
  readonly state: State
  readonly source: SourceView
  readonly market: MarketView
  readonly account: AccountView
  readonly totals: TotalsView
  /** Worst first. */
  readonly positions: readonly PositionRow[]
  readonly orders: readonly OrderRow[]
}

/** What can be said of a state at a moment. The state may be an old one: its ages grow with `now`. */
export function viewModelOf(state: State, now: number): ViewModel {
  const positions = selectPositions(state, now)
  return {
    now,
    state,
    source: selectSource(state, now),
    market: selectMarket(state, now),
    account: selectAccount(state, now),
    totals: selectTotals(state, now, positions),
    positions,
    orders: selectOrders(state),
  }
}

/** What was raised lately, and what is still so. */
export interface AlertLog {
  readonly state: RiskAlertState
  /** Newest last; at most `KEPT_ALERTS`. */
  readonly raised: readonly RaisedAlert[]
  /** Positions above `ok`, worst first. */
  readonly active: readonly Alert[]
}

/** An alert with what the screen says of it: words that stay when the position has gone. */
export interface RaisedAlert extends Alert {
  /** For example `7f3a LONG 2.35% from liquidation`. */
  readonly words: string
  /** Signed fraction; null when it is not known. */
  readonly distance: number | null
  /** The alert before it of the same position. */
  readonly before: { readonly at: number; readonly distance: number | null } | null
}

/** How many alerts are kept to look back at. */
const KEPT_ALERTS = 200

/** Before anything was raised. */
export const NO_ALERTS: AlertLog = { state: NO_RISK_ALERTS, raised: [], active: [] }

/** The alerts after one more look at the positions. Stale rows are not evaluated. */
export function updateAlertLog(log: AlertLog, model: ViewModel): AlertLog {
  const { state, raised, active } = updateRiskAlerts(log.state, model.positions, model.now)
  if (raised.length === 0) return { state, raised: log.raised, active }
  const told = raised.map(alert => toldOf(log, alert, model))
  return { state, raised: [...log.raised, ...told].slice(-KEPT_ALERTS), active }
}

function toldOf(log: AlertLog, alert: Alert, model: ViewModel): RaisedAlert {
  const row = model.positions.find(({ position }) => position.id === alert.positionId)
  const last = log.raised.findLast(({ positionId }) => positionId === alert.positionId)
  return {
    ...alert,
    words: row === undefined ? alert.message : riskText(row),
    distance: row?.liquidationDistance ?? null,
    before: last === undefined ? null : { at: last.since, distance: last.distance },
  }
}
