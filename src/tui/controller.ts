import type { AlertHost } from '../alerts/host/alert-host.ts'
import type { Alert } from '../domain/alerts/alert.ts'
import type { Clock } from '../ports/clock.ts'
import type { Store } from '../store/store.ts'
import type { DashboardActions } from './actions.ts'
import type { AppController } from './components/app.tsx'
import { answerTo } from './input/answer.ts'
import { commandFor, type KeyCommand } from './input/keymap.ts'
import { uiReducer } from './input/ui-reducer.ts'
import { INITIAL_UI, type Ui, type UiContext } from './input/ui-state.ts'
import { type Plan, planOf } from './layout/plan.ts'
import { isSamePlan } from './layout/same-plan.ts'
import { namedAlert } from './panes/named-alert.ts'
import { nextChange } from './terminal/pace.ts'
import type { Size } from './terminal/size.ts'
import type { DashboardInfo, RenderContext } from './view/render-context.ts'
import { NO_ALERTS, updateAlertLog, viewModelOf } from './view/view-model.ts'
import { visiblePositions } from './view/visible-rows.ts'

export interface ControllerOptions extends Omit<DashboardInfo, 'toWall'> {
  readonly store: Store
  readonly clock: Clock
  readonly alerts: AlertHost
  readonly actions: DashboardActions
  /** Called when the user quits. */
  readonly quit: () => void
  /** Called when a key has changed the ui state, or the alerts have changed. */
  readonly changed: () => void
}

/** All that one frame is painted from. */
interface Frame {
  readonly context: RenderContext
  readonly plan: Plan
  /** When time alone changes the frame (ms, our clock). */
  readonly nextChangeAt: number
}

/** The state of the dashboard, outside React: the user's choices, the alerts, and the plan of the last frame. */
export interface DashboardController extends AppController {
  /** Reads the store at this moment for a window of `size`. Notifies the subscribers if the plan has changed. */
  frame(size: Size): Frame
}

export function openController(options: ControllerOptions): DashboardController {
  const { store, clock, actions } = options
  const info: DashboardInfo = { ...options, toWall: clock.toWall }
  const listeners = new Set<() => void>()
  let ui = INITIAL_UI
  let alerts = NO_ALERTS
  let raised: readonly Alert[] = []
  let isDrawing = false
  let context: RenderContext | null = null
  let plan: Plan | null = null

  function contextAt(now: number, { columns, rows }: Size): RenderContext {
    const live = viewModelOf(store.state(), now)
    options.alerts.evaluate(live)
    alerts = updateAlertLog(alerts, options.alerts.view(), raised, live)
    raised = []
    const model = ui.frozen === null ? live : viewModelOf(ui.frozen.state, now)
    return {
      model,
      live,
      alerts,
      ui,
      info,
      columns,
      rows,
      scrollLimits: new Map(context?.scrollLimits),
    }
  }

  /** React compares plans by identity. */
  function samePlanOr(next: Plan): Plan {
    return plan !== null && isSamePlan(plan, next) ? plan : next
  }

  function apply(command: Exclude<KeyCommand, { type: 'quit' | 'suspend' }> | null): void {
    if (command?.type === 'resync') actions.resync()
    else if (command?.type === 'acknowledge') acknowledgeShown(options.alerts, ui, context)
    else if (command !== null) {
      const scrollLimits = context?.scrollLimits ?? new Map()
      ui = uiReducer(ui, command, uiContextOf(store, clock.nowMs(), ui, scrollLimits))
    }
  }

  options.alerts.subscribe(change => {
    raised = [...raised, ...change.raised]
    if (change.notices.length > 0) actions.notify?.(change.notices)
    if (!isDrawing) options.changed()
  })

  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    plan(columns, rows) {
      const base = context ?? contextAt(clock.nowMs(), { columns, rows })
      plan = samePlanOr(planOf({ ...base, columns, rows }))
      return plan
    },
    frame(size) {
      const now = clock.nowMs()
      isDrawing = true
      context = contextAt(now, size)
      isDrawing = false
      const before = plan
      plan = samePlanOr(planOf(context))
      if (plan !== before) for (const listener of [...listeners]) listener()
      return { context, plan, nextChangeAt: nextChange(context) }
    },
    press(key) {
      const command = commandFor(key, ui)
      if (command?.type === 'quit') return options.quit()
      if (command?.type === 'suspend') return actions.suspend()
      apply(command)
      ui = { ...ui, answer: answerTo(key, command, ui, clock.nowMs()) }
      options.changed()
    },
  }
}

/** Acknowledges the alert that the last line names; in the list of alerts all of them. */
function acknowledgeShown(alerts: AlertHost, { overlay }: Ui, context: RenderContext | null): void {
  const named = context === null ? null : namedAlert(context)
  if (overlay === 'alerts') alerts.acknowledge(null)
  else if (named !== null) alerts.acknowledge(named.id)
}

function uiContextOf(
  store: Store,
  now: number,
  ui: Ui,
  scrollLimits: RenderContext['scrollLimits'],
): UiContext {
  const state = ui.frozen?.state ?? store.state()
  return {
    now,
    state: store.state(),
    ids: visiblePositions(viewModelOf(state, now), ui).map(({ position }) => position.id),
    scrollLimits,
  }
}
