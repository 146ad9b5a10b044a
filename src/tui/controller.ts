import type { AlertHost } from '../alerts/host/alert-host.ts'
import type { Alert } from '../domain/alerts/alert.ts'
import type { CandleLength } from '../domain/candle-range.ts'
import type { AccountHistory, HistoryView } from '../ports/account-history.ts'
import type { Clock } from '../ports/clock.ts'
import type { Store } from '../store/store.ts'
import type { DashboardActions } from './actions.ts'
import type { AppController } from './components/app.tsx'
import { answerTo } from './input/answer.ts'
import { commandFor } from './input/command-for.ts'
import type { KeyCommand } from './input/key-binding.ts'
import { paletteEntries } from './input/palette-entries.ts'
import { EMPTY_PALETTE } from './input/palette-input.ts'
import { type PaletteStep, palettePointer, paletteReducer } from './input/palette-reducer.ts'
import { type Pointer, pointerCommand } from './input/pointer.ts'
import { uiReducer } from './input/ui-reducer.ts'
import { INITIAL_UI, type Ui, type UiContext } from './input/ui-state.ts'
import { hasChart, type Plan, planOf } from './layout/plan.ts'
import { isSamePlan } from './layout/same-plan.ts'
import { shownPanes } from './layout/shown-panes.ts'
import { type PerformedCommand, perform } from './perform.ts'
import { nextChange } from './terminal/pace.ts'
import type { Size } from './terminal/size.ts'
import { closedSelection, closedWindow } from './view/closed-rows.ts'
import type { DashboardInfo, RenderContext } from './view/render-context.ts'
import { NO_ALERTS, updateAlertLog, viewModelOf } from './view/view-model.ts'
import { visibleOrders, visiblePositions } from './view/visible-rows.ts'

/** How long the result of an export takes the place of the keys: it is a path to read. */
const RESULT_MS = 20_000

export interface ControllerOptions extends Omit<DashboardInfo, 'toWall'> {
  readonly store: Store
  readonly clock: Clock
  readonly alerts: AlertHost
  /** Null if no history is kept, as over a relay. */
  readonly history: AccountHistory | null
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
  /** Takes what the mouse did on the last frame. */
  point(pointer: Pointer): void
}

export function openController(options: ControllerOptions): DashboardController {
  const { store, clock } = options
  const listeners = new Set<() => void>()
  const reader = openContextReader(options)
  let ui = INITIAL_UI
  let context: RenderContext | null = null
  let plan: Plan | null = null
  const followChart = openChartFollower(options.actions)

  function apply(command: PerformedCommand): void {
    const action = perform(command, { ...options, ui, context, say })
    if (action === null) return
    const history = historyOf(ui, options.history)
    const scrollLimits = context?.scrollLimits ?? new Map()
    const panes = shownPanes(plan, ui)
    ui = uiReducer(ui, action, { ...uiContextOf(store, clock.nowMs(), ui, history, scrollLimits), panes })
  }

  /** Runs a command of a key, of the palette or of the mouse; null if there is none. */
  function run(command: KeyCommand | null, key = ''): void {
    if (command?.type === 'quit') options.quit()
    else if (command?.type === 'suspend') options.actions.suspend()
    else if (command !== null) apply(command)
    const clicked = command?.type === 'click' ? ui.clicked : null
    const answer = answerTo(key, command, ui, clock.nowMs(), plan !== null && hasChart(plan))
    ui = { ...ui, clicked, answer }
    options.changed()
  }

  function takeStep({ palette, clicked, command }: PaletteStep): void {
    ui = { ...ui, palette, clicked }
    if (command === null) options.changed()
    else run(command)
  }

  function say(text: string): void {
    ui = { ...ui, answer: { text, until: clock.nowMs() + RESULT_MS } }
    options.changed()
  }

  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    plan(columns, rows) {
      const base = context ?? reader.read(ui, clock.nowMs(), { columns, rows })
      plan = keepPlan(plan, planOf({ ...base, columns, rows }))
      return plan
    },
    frame(size) {
      const now = clock.nowMs()
      context = { ...reader.read(ui, now, size), scrollLimits: new Map(context?.scrollLimits) }
      askForRows(options.history, context)
      const before = plan
      plan = keepPlan(plan, planOf(context))
      followChart(hasChart(plan) ? ui.candleRange : null)
      if (plan !== before) for (const listener of [...listeners]) listener()
      return { context, plan, nextChangeAt: nextChange(context) }
    },
    press(key) {
      const command = commandFor(key, ui)
      if (command?.type !== 'palette-key') return run(command, key)
      takeStep(paletteReducer(ui.palette ?? EMPTY_PALETTE, key, paletteEntries(ui, options.commands?.())))
    },
    point(pointer) {
      if (pointer.zone !== 'palette') return run(pointerCommand(ui, pointer))
      takeStep(palettePointer(ui, pointer, paletteEntries(ui, options.commands?.())))
    },
  }
}

/** Returns the known plan if the next one is the same: React compares plans by identity. */
function keepPlan(known: Plan | null, next: Plan): Plan {
  return known !== null && isSamePlan(known, next) ? known : next
}

/** Requests candles when the chart on the screen is another one; null if there is none. */
function openChartFollower(actions: DashboardActions): (range: CandleLength | null) => void {
  let followed: CandleLength | null = null
  return range => {
    if (range === followed) return
    followed = range
    actions.followCandles?.(range)
  }
}

/** The history of a frozen screen is frozen with it. */
function historyOf({ frozen }: Ui, history: AccountHistory | null): HistoryView | null {
  return frozen === null ? (history?.view() ?? null) : frozen.history
}

/** Reads what a frame depends on, and evaluates the alerts on it. */
function openContextReader(options: ControllerOptions) {
  const { store, clock, actions, history } = options
  const info: DashboardInfo = { ...options, toWall: clock.toWall }
  let alerts = NO_ALERTS
  let raised: readonly Alert[] = []
  let isReading = false
  history?.subscribe(options.changed)
  options.alerts.subscribe(change => {
    raised = [...raised, ...change.raised]
    if (change.notices.length > 0) actions.notify?.(change.notices)
    if (!isReading) options.changed()
  })
  return {
    read(ui: Ui, now: number, { columns, rows }: Size): RenderContext {
      const live = viewModelOf(store.state(), now)
      isReading = true
      options.alerts.evaluate(live)
      isReading = false
      alerts = updateAlertLog(alerts, options.alerts.view(), raised, live)
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
      }
    },
  }
}

/** The rows of the list are read in pages. */
function askForRows(history: AccountHistory | null, context: RenderContext): void {
  const { first, count } = closedWindow(context)
  history?.showRows(first, count)
}

function uiContextOf(
  store: Store,
  now: number,
  ui: Ui,
  history: HistoryView | null,
  scrollLimits: RenderContext['scrollLimits'],
): Omit<UiContext, 'panes'> {
  const model = viewModelOf(ui.frozen?.state ?? store.state(), now)
  return {
    now,
    state: store.state(),
    history,
    closed: closedSelection(history, model.state, ui),
    ids: visiblePositions(model, ui).map(({ position }) => position.id),
    orderIds: visibleOrders(model, ui).map(({ order }) => order.id),
    scrollLimits,
  }
}
