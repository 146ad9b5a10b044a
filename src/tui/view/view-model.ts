import {
  type Alert,
  NO_RISK_ALERTS,
  type RiskAlertState,
  updateRiskAlerts,
} from '../../alerts/risk-alerts.ts'
import { riskInputOf } from '../../alerts/risk-input.ts'
import { selectMarket } from '../../store/selectors/market.ts'
import {
  selectMayLackPosition,
  selectUnreadPositions,
  type UnreadPosition,
} from '../../store/selectors/parts.ts'
import { selectKnownPositions, selectOrders, selectPositions } from '../../store/selectors/positions.ts'
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
import { riskText, unreadText } from './position-name.ts'

/** The data of a frame, selected once per frame. */
export interface ViewModel {
  readonly now: number
  /** For lists that are shown as received: events, candles, history, faults. */
  readonly state: State
  readonly source: SourceView
  readonly market: MarketView
  readonly account: AccountView
  readonly totals: TotalsView
  /** Readable positions and the last known versions of unreadable ones, worst first. */
  readonly positions: readonly PositionRow[]
  /** Positions that the exchange lists and whose rows can't be read. */
  readonly unread: readonly UnreadPosition[]
  /** An open position may be unread. */
  readonly mayLackPosition: boolean
  readonly orders: readonly OrderRow[]
}

/** Selects the view model of a state at `now` (ms). The state may be an old one: its ages grow with `now`. */
export function viewModelOf(state: State, now: number): ViewModel {
  const readable = selectPositions(state, now)
  return {
    now,
    state,
    source: selectSource(state, now),
    market: selectMarket(state, now),
    account: selectAccount(state, now),
    totals: selectTotals(state, now, readable),
    positions: selectKnownPositions(state, now, readable),
    unread: selectUnreadPositions(state),
    mayLackPosition: selectMayLackPosition(state, now),
    orders: selectOrders(state),
  }
}

/** The alerts that were raised, and those that are active. */
export interface AlertLog {
  readonly state: RiskAlertState
  /** Newest last; at most `MAX_RAISED_ALERTS`. */
  readonly raised: readonly RaisedAlert[]
  /** All that are above `ok`, worst first. */
  readonly active: readonly Alert[]
}

/** An alert with its text, which stays when the position is gone. */
export interface RaisedAlert extends Alert {
  /** For example `7f3a LONG 2.35% from liquidation`. */
  readonly text: string
  /** Signed fraction of the price; null if unknown. */
  readonly distance: number | null
  /** The previous alert of the same position; null if there is none. */
  readonly before: { readonly at: number; readonly distance: number | null } | null
}

const MAX_RAISED_ALERTS = 200

/** The log before the first evaluation. */
export const NO_ALERTS: AlertLog = { state: NO_RISK_ALERTS, raised: [], active: [] }

/** Evaluates the positions and returns the new log. Stale rows are not evaluated. */
export function updateAlertLog(log: AlertLog, model: ViewModel): AlertLog {
  const { state, raised, active } = updateRiskAlerts(
    log.state,
    riskInputOf(model.state, model.now),
    model.now,
  )
  if (raised.length === 0) return { state, raised: log.raised, active }
  const added = raised.map(alert => raisedAlertOf(log, alert, model))
  return { state, raised: [...log.raised, ...added].slice(-MAX_RAISED_ALERTS), active }
}

function raisedAlertOf(log: AlertLog, alert: Alert, model: ViewModel): RaisedAlert {
  const isSame = ({ kind, positionId }: Alert): boolean =>
    kind === alert.kind && positionId === alert.positionId
  const last = log.raised.findLast(isSame)
  if (alert.kind === 'unreadable-position') {
    const unread = model.unread.find(({ id }) => id === alert.positionId)
    const text = unread === undefined ? alert.message : `${unreadText(unread)}; its risk is unknown`
    return { ...alert, text, distance: null, before: null }
  }
  if (alert.kind === 'key') return { ...alert, text: alert.message, distance: null, before: null }
  const row = model.positions.find(({ position }) => position.id === alert.positionId)
  return {
    ...alert,
    text: row === undefined ? alert.message : riskText(row),
    distance: row?.liquidationDistance ?? null,
    before: last === undefined ? null : { at: last.since, distance: last.distance },
  }
}
