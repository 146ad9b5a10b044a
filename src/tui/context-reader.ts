import type { Alert } from '../domain/alerts/alert.ts'
import type { AccountHistory, HistoryView } from '../ports/account-history.ts'
import type { Clock } from '../ports/clock.ts'
import type { State } from '../store/state.ts'
import type { DashboardAccount } from './account.ts'
import type { Ui } from './input/ui-state.ts'
import { nextChange } from './terminal/pace.ts'
import type { Size } from './terminal/size.ts'
import type { DashboardInfo, RenderContext } from './view/render-context.ts'
import { NO_ALERTS, updateAlertLog, type ViewModel, viewModelOf } from './view/view-model.ts'

/** Reads what a frame shows of one account. */
export interface ContextReader {
  /** The context of the account on the screen. Evaluates the alerts on the data of the frame. */
  read(ui: Ui, now: number, size: Size): RenderContext
  /** The context of another account. Its alerts are evaluated by their own timer, and its data is selected only after a change. */
  readHidden(ui: Ui, now: number, size: Size): RenderContext
}

/** Follows the alerts and the history of an account. `changed` is called when they have changed. */
export function openContextReader(
  { store, alerts: host, history }: DashboardAccount,
  info: DashboardInfo,
  changed: () => void,
): ContextReader {
  let alerts = NO_ALERTS
  let raised: readonly Alert[] = []
  let isReading = false
  const selectHidden = openHiddenModel(info)
  history?.subscribe(changed)
  host.subscribe(change => {
    raised = [...raised, ...change.raised]
    if (!isReading) changed()
  })

  function contextOf(live: ViewModel, ui: Ui, now: number, { columns, rows }: Size): RenderContext {
    alerts = updateAlertLog(alerts, host.view(), raised, live)
    raised = []
    return {
      model: ui.frozen === null ? live : viewModelOf(ui.frozen.state, now),
      live,
      alerts,
      history: historyOf(ui, history),
      ui,
      info,
      columns,
      rows,
      scrollLimits: new Map(),
      accounts: null,
      hasKeys: true,
    }
  }

  return {
    read(ui, now, size) {
      const live = viewModelOf(store.state(), now)
      isReading = true
      host.evaluate(live)
      isReading = false
      return contextOf(live, ui, now, size)
    },
    readHidden: (ui, now, size) => ({
      ...contextOf(selectHidden(store.state(), ui, now), ui, now, size),
      hasKeys: false,
    }),
  }
}

/** The history of a frozen screen is frozen with it. */
export function historyOf({ frozen }: Ui, history: AccountHistory | null): HistoryView | null {
  return frozen === null ? (history?.view() ?? null) : frozen.history
}

/** Selects the model of an account that is not on the screen again after a change, and when time alone changes it. */
function openHiddenModel(info: DashboardInfo): (state: State, ui: Ui, now: number) => ViewModel {
  let known: { readonly live: ViewModel; readonly until: number } | null = null
  return (state, ui, now) => {
    if (known?.live.state === state && now < known.until) return known.live
    const live = viewModelOf(state, now)
    known = { live, until: nextChange({ live, ui, info }) }
    return live
  }
}

/** Converts the clock's times for display. */
export function infoOf(
  { profile, address }: DashboardAccount,
  options: Omit<DashboardInfo, 'profile' | 'address' | 'toWall'>,
  { toWall }: Clock,
): DashboardInfo {
  const { localOffsetMinutes, httpEveryMs, unicode, t, numberFormat, pace, mouse, commands } = options
  const common = { localOffsetMinutes, httpEveryMs, unicode, t, numberFormat, pace, mouse }
  const info = { profile, address, ...common, toWall }
  return commands === undefined ? info : { ...info, commands }
}
