import { type AlertInput, alertInputOf } from '../../alerts/alert-input.ts'
import { type AlertsView, NO_ATTEMPTS } from '../../alerts/host/alert-host.ts'
import { isListedAsEvent } from '../../alerts/listed-as-event.ts'
import type { Alert } from '../../domain/alerts/alert.ts'
import { selectMayLackPosition } from '../../store/selectors/parts.ts'
import { selectAccount } from '../../store/selectors/totals.ts'
import type { State } from '../../store/state.ts'
import type { AccountView } from '../../store/view.ts'
import { riskText, unreadText } from './position-name.ts'

/** The data of a frame, selected once per frame. The rules of alerts are evaluated on the same data. */
export interface ViewModel extends AlertInput {
  readonly account: AccountView
  /** An open position may be unread. */
  readonly mayLackPosition: boolean
}

/** Selects the view model of a state at `now` (ms). The state may be an old one: its ages grow with `now`. */
export function viewModelOf(state: State, now: number): ViewModel {
  return {
    ...alertInputOf(state, now),
    account: selectAccount(state, now),
    mayLackPosition: selectMayLackPosition(state, now),
  }
}

/** The alerts of the account, and those raised since the dashboard was opened. */
export interface AlertLog extends AlertsView {
  /** Newest last; at most `MAX_RAISED_ALERTS`. */
  readonly raised: readonly RaisedAlert[]
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
export const NO_ALERTS: AlertLog = {
  raised: [],
  active: [],
  recent: [],
  deliveries: new Map(),
  host: { kind: 'none' },
  counts: NO_ATTEMPTS,
}

/** Returns the log with the present alerts and newly raised ones, except those that an event reports already. */
export function updateAlertLog(
  log: AlertLog,
  view: AlertsView,
  raised: readonly Alert[],
  model: ViewModel,
): AlertLog {
  const listed = raised.filter(alert => !isListedAsEvent(alert, model.state))
  if (listed.length === 0) return { ...view, raised: log.raised }
  const added = listed.map(alert => raisedAlertOf(log, alert, model))
  return { ...view, raised: [...log.raised, ...added].slice(-MAX_RAISED_ALERTS) }
}

function raisedAlertOf(log: AlertLog, alert: Alert, model: ViewModel): RaisedAlert {
  const { kind, positionId } = alert
  const plain = { ...alert, text: alert.message, distance: null, before: null }
  if (kind === 'unreadable-position') {
    const unread = model.unread.find(({ id }) => id === positionId)
    return unread === undefined ? plain : { ...plain, text: `${unreadText(unread)}; its risk is unknown` }
  }
  const row = model.positions.find(({ position }) => position.id === positionId)
  if (kind !== 'liquidation' || row === undefined) return plain
  const last = log.raised.findLast(each => each.kind === kind && each.positionId === positionId)
  return {
    ...plain,
    text: riskText(row),
    distance: row.liquidationDistance,
    before: last === undefined ? null : { at: last.since, distance: last.distance },
  }
}
