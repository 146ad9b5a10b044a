import type { Clock } from '../ports/clock.ts'
import { STALE_AFTER_MS } from '../store/age.ts'
import type { Store } from '../store/store.ts'
import type { DashboardActions } from './dashboard-actions.ts'
import { commandFor } from './input/keymap.ts'
import { uiReducer } from './input/ui-reducer.ts'
import { INITIAL_UI, type Ui } from './input/ui-state.ts'
import { screen } from './layout/screen.ts'
import { encoderOf } from './paint/encode.ts'
import type { Theme } from './paint/theme.ts'
import { alertKey } from './panes/acknowledged.ts'
import { openRowBoard, type RowLabels } from './terminal/row-labels.ts'
import type { Size } from './terminal/size.ts'
import type { DashboardInfo, RenderContext } from './view/render-context.ts'
import { type AlertLog, NO_ALERTS, updateAlertLog, type ViewModel, viewModelOf } from './view/view-model.ts'
import { visiblePositions } from './view/visible-rows.ts'

/** What a desk works with; a terminal is not among it. */
export interface ControllerOptions extends DashboardInfo {
  readonly store: Store
  readonly clock: Clock
  readonly theme: Theme
  readonly actions: DashboardActions
}

/** What stands between the store and the rows: looks, watches, lays out, and knows what the person has chosen. */
export interface DashboardController {
  readonly rows: RowLabels
  /** Makes the frame of now and publishes the rows that changed; returns when time alone will change it. */
  draw(size: Size): number
  press(key: string): void
}

/** A desk that calls `quit` when the person wants to leave. */
export function openController(options: ControllerOptions, quit: () => void): DashboardController {
  const { store, clock, actions } = options
  const encode = encoderOf(options.theme)
  const rows = openRowBoard()
  let ui = INITIAL_UI
  let alerts = NO_ALERTS
  let scrollLimits: RenderContext['scrollLimits'] = new Map()

  function sceneAt(now: number, { columns, rows }: Size): RenderContext {
    const live = viewModelOf(store.state(), now)
    alerts = watched(alerts, live, actions)
    const frame = ui.frozen === null ? live : viewModelOf(ui.frozen.state, now)
    scrollLimits = new Map()
    return { model: frame, live, alerts, ui, info: options, columns, rows, scrollLimits }
  }

  return {
    rows,
    draw(size) {
      const now = clock.nowMs()
      const context = sceneAt(now, size)
      rows.publish(screen(context).map(encode))
      return nextChange(context.live, now)
    },
    press(key) {
      const command = commandFor(key, ui)
      if (command === null) return
      if (command.type === 'quit') return quit()
      if (command.type === 'suspend') return actions.suspend()
      if (command.type === 'resync') return actions.resync()
      ui = uiReducer(ui, command, uiContextOf(store, clock.nowMs(), ui, alerts, scrollLimits))
    },
  }
}

/** One more look at the risk; rings when something has come into a band that needs action. */
function watched(alerts: AlertLog, live: ViewModel, actions: DashboardActions): AlertLog {
  const next = updateAlertLog(alerts, live)
  const raised = next.raised.filter(alert => !alerts.raised.includes(alert))
  if (raised.some(({ level }) => level === 'warn' || level === 'critical')) actions.bell?.()
  return next
}

/** Ages are shown in seconds; and what becomes stale must not be shown as live a moment longer. */
function nextChange({ market, account, state }: ViewModel, now: number): number {
  const snapshot = state.lastSnapshot === null ? null : now - state.lastSnapshot.startedAt
  const staleAt = [market.ageMs, account.ageMs, snapshot].flatMap(age =>
    age === null || age > STALE_AFTER_MS ? [] : [now + STALE_AFTER_MS - age + 1],
  )
  return Math.min(Math.floor(now / 1000) * 1000 + 1000, ...staleAt)
}

function uiContextOf(
  store: Store,
  now: number,
  ui: Ui,
  alerts: AlertLog,
  scrollLimits: RenderContext['scrollLimits'],
) {
  const state = ui.frozen?.state ?? store.state()
  return {
    now,
    state: store.state(),
    ids: visiblePositions(viewModelOf(state, now), ui).map(({ position }) => position.id),
    scrollLimits,
    alertKeys: alerts.active.map(alertKey),
  }
}
