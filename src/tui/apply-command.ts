import type { DashboardAccount, DashboardAccounts } from './account.ts'
import type { DashboardActions } from './actions.ts'
import { historyOf } from './context-reader.ts'
import type { AccountUis } from './input/account-uis.ts'
import type { KeyCommand } from './input/key-binding.ts'
import { uiReducer } from './input/ui-reducer.ts'
import type { UiContext } from './input/ui-state.ts'
import type { Plan } from './layout/screen-plan.ts'
import { shownPanes } from './layout/shown-panes.ts'
import { acknowledgeShown, perform } from './perform.ts'
import { pressInSum } from './press-in-sum.ts'
import { closedSelection } from './view/closed-rows.ts'
import type { RenderContext } from './view/render-context.ts'
import { viewModelOf } from './view/view-model.ts'
import { visibleOrders, visiblePositions } from './view/visible-rows.ts'

/** What a command acts on. */
interface Applying {
  readonly accounts: DashboardAccounts
  readonly uis: AccountUis
  readonly actions: DashboardActions
  /** Context and plan of the last frame; null before the first. */
  readonly context: RenderContext | null
  readonly plan: Plan | null
  /** Our clock. */
  readonly now: number
  /** Shows what became of a command later. */
  readonly say: (text: string) => void
}

/**
 * Applies a command to the account on the screen, or to the sum of all. Quitting and suspending are left to the caller. Returns what the
 * command did, if neither the screen nor the table of answers says it.
 */
export function applyCommand(key: string, command: KeyCommand | null, on: Applying): string | null {
  if (command === null || command.type === 'quit' || command.type === 'suspend') return null
  const { accounts, uis, actions, context, plan, say } = on
  if (plan?.shape === 'tiny' && PROMPTS.has(command.type)) return null
  if (command.type === 'next-account') {
    uis.next()
    return accounts.length > 1 ? null : 'one account: watch --profile a --profile b shows several'
  }
  const uiContext = (): UiContext => uiContextOf(on)
  if (uis.shown() === null) return pressInSum(key, command, { accounts, uis, context, uiContext })
  const shown = { account: accountOn(accounts, uis), ui: uis.ui(), context: lastFrame(on) }
  if (command.type === 'acknowledge') {
    const text = acknowledgeShown(shown.account, shown.ui, shown.context)
    return accounts.length > 1 ? text : null
  }
  const action = perform(command, { ...shown, actions, say })
  if (action !== null) uis.set(uiReducer(uis.ui(), action, uiContext()))
  return null
}

/** What opens a line to type into, for which the smallest screens have no room. */
const PROMPTS: ReadonlySet<KeyCommand['type']> = new Set(['palette-open', 'filter-open'])

/** The account on the screen; in the sum the selected one. */
export function accountOn(
  accounts: DashboardAccounts,
  uis: Pick<AccountUis, 'shown' | 'selected'>,
): DashboardAccount {
  return accounts[uis.shown() ?? uis.selected()] ?? accounts[0]
}

/** The last frame of the account on the screen. Another account may have been on the screen then: keys arrive in chunks. */
function lastFrame({ uis, context }: Applying): RenderContext | null {
  const shown = uis.shown()
  if (context?.accounts == null || shown === context.accounts.shown || shown === null) return context
  return context.accounts.contexts[shown] ?? null
}

function uiContextOf(on: Applying): UiContext {
  const { accounts, uis, plan, now } = on
  const account = accountOn(accounts, uis)
  const ui = uis.ui()
  const state = account.store.state()
  const history = historyOf(ui, account.history)
  const model = viewModelOf(ui.frozen?.state ?? state, now)
  return {
    now,
    state,
    history,
    closed: closedSelection(history, model.state, ui),
    ids: visiblePositions(model, ui).map(({ position }) => position.id),
    orderIds: visibleOrders(model, ui).map(({ order }) => order.id),
    panes: shownPanes(plan, ui),
    scrollLimits: lastFrame(on)?.scrollLimits ?? new Map(),
  }
}
