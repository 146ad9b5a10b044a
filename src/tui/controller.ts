import type { Clock } from '../ports/clock.ts'
import type { DashboardAccount, DashboardAccounts } from './account.ts'
import type { DashboardActions } from './actions.ts'
import { accountOn, applyCommand } from './apply-command.ts'
import type { AppController } from './components/app.tsx'
import { openFrameReader } from './frame-reader.ts'
import { accountEntries } from './input/account-entries.ts'
import { accountPointer } from './input/account-pointer.ts'
import { openAccountUis } from './input/account-uis.ts'
import { ANSWER_MS, answerTo } from './input/answer.ts'
import { commandFor } from './input/command-for.ts'
import { decimalKey } from './input/decimal-key.ts'
import type { KeyCommand } from './input/key-binding.ts'
import { type AddedEntry, type PaletteEntry, paletteEntries } from './input/palette-entries.ts'
import { EMPTY_PALETTE } from './input/palette-input.ts'
import { type PaletteStep, palettePointer, paletteReducer } from './input/palette-reducer.ts'
import { type Pointer, pointerCommand } from './input/pointer.ts'
import { commandInSum } from './input/sum-keys.ts'
import type { Ui } from './input/ui-state.ts'
import { hasChart, planOf } from './layout/plan.ts'
import { isSamePlan } from './layout/same-plan.ts'
import type { Plan } from './layout/screen-plan.ts'
import { nextChange } from './terminal/pace.ts'
import type { Size } from './terminal/size.ts'
import { closedWindow } from './view/closed-rows.ts'
import type { DashboardInfo, RenderContext } from './view/render-context.ts'

/** How long the result of an export takes the place of the keys: it is a path to read. */
const RESULT_MS = 20_000

export interface ControllerOptions extends Omit<DashboardInfo, 'profile' | 'address' | 'toWall'> {
  readonly accounts: DashboardAccounts
  readonly clock: Clock
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
  /** Reads the stores at this moment for a window of `size`. Notifies the subscribers if the plan has changed. */
  frame(size: Size): Frame
  /** Takes what the mouse did on the last frame. */
  point(pointer: Pointer): void
}

export function openController(options: ControllerOptions): DashboardController {
  const { accounts, clock } = options
  const listeners = new Set<() => void>()
  const uis = openAccountUis(accounts.length)
  const commands = (): readonly AddedEntry[] => [
    ...accountEntries(accounts, uis),
    ...(options.commands?.() ?? []),
  ]
  const reader = openFrameReader({ ...options, commands, uis })
  let context: RenderContext | null = null
  let plan: Plan | null = null

  const entries = (): readonly PaletteEntry[] =>
    paletteEntries(uis.ui(), options.t, accounts.length > 1, commands())

  /** Runs a command of a key, of the palette or of the mouse; null if there is none. */
  function run(wanted: KeyCommand | null, key = ''): void {
    const command = uis.shown() === null ? commandInSum(wanted) : wanted
    if (command?.type === 'quit') options.quit()
    if (command?.type === 'suspend') options.actions.suspend()
    const now = clock.nowMs()
    const text = applyCommand(key, command, { ...options, uis, context, plan, now, say })
    const answer =
      text === null
        ? answerTo(key, command, uis.ui(), now, plan !== null && hasChart(plan), options.t)
        : { text: options.t.sentence(text), until: now + ANSWER_MS }
    const clicked = command?.type === 'click' ? uis.ui().clicked : null
    uis.set({ ...uis.ui(), clicked, answer })
    options.changed()
  }

  function takeStep({ palette, clicked, command }: PaletteStep): void {
    uis.set({ ...uis.ui(), palette, clicked })
    if (command === null) options.changed()
    else run(command)
  }

  function say(text: string, forMs = RESULT_MS): void {
    uis.set({ ...uis.ui(), answer: { text, until: clock.nowMs() + forMs } })
    options.changed()
  }

  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    plan(columns, rows) {
      const base = context ?? reader.read(clock.nowMs(), { columns, rows })
      plan = keepPlan(plan, planOf({ ...base, columns, rows }))
      return plan
    },
    frame(size) {
      context = { ...reader.read(clock.nowMs(), size), scrollLimits: new Map(context?.scrollLimits) }
      if (uis.shown() !== null) askForRows(accountOn(accounts, uis), context)
      const before = plan
      plan = keepPlan(plan, planOf(context))
      if (plan.shape === 'tiny') uis.set(withoutPrompt(uis.ui()))
      reader.followCharts(hasChart(plan) ? uis.ui().candleRange : null)
      if (plan !== before) for (const listener of [...listeners]) listener()
      const contexts = [context, ...(context.accounts?.contexts ?? [])]
      return { context, plan, nextChangeAt: Math.min(...contexts.map(nextChange)) }
    },
    press(key) {
      const typed = decimalKey(key, uis.ui(), options.numberFormat)
      const command = commandFor(typed, uis.ui())
      if (command?.type !== 'palette-key') return run(command, key)
      takeStep(paletteReducer(uis.ui().palette ?? EMPTY_PALETTE, key, entries()))
    },
    point(pointer) {
      if (pointer.zone === 'tabs' || pointer.zone === 'sum') return run(accountPointer(uis, pointer))
      if (pointer.zone !== 'palette') return run(pointerCommand(uis.ui(), pointer))
      takeStep(palettePointer(uis.ui(), pointer, entries()))
    },
  }
}

/** A prompt that the smallest screens do not show must not take the keys. What was typed as a filter stays one. */
function withoutPrompt(ui: Ui): Ui {
  if (ui.palette === null && ui.filter.phase !== 'typing') return ui
  const { filter } = ui
  return { ...ui, palette: null, filter: filter.phase === 'typing' ? { ...filter, phase: 'set' } : filter }
}

/** Returns the known plan if the next one is the same: React compares plans by identity. */
function keepPlan(known: Plan | null, next: Plan): Plan {
  return known !== null && isSamePlan(known, next) ? known : next
}

/** The rows of the list are read in pages. */
function askForRows({ history }: DashboardAccount, context: RenderContext): void {
  const { first, count } = closedWindow(context)
  history?.showRows(first, count)
}
