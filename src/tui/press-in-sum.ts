import type { DashboardAccounts } from './account.ts'
import type { AccountUis } from './input/account-uis.ts'
import type { KeyCommand } from './input/key-binding.ts'
import { isChoiceOfSum } from './input/sum-keys.ts'
import { uiReducer } from './input/ui-reducer.ts'
import type { UiAction, UiContext } from './input/ui-state.ts'
import { worstAccount } from './panes/worst-account.ts'
import { acknowledgeNamed } from './perform.ts'
import type { RenderContext } from './view/render-context.ts'

/** What keys act on while the sum of all accounts is on the screen. */
interface SumKeys {
  readonly accounts: DashboardAccounts
  readonly uis: AccountUis
  /** The last frame; null before the first. */
  readonly context: RenderContext | null
  /** Reads what the reducer depends on, of the account whose prices are shown. */
  readonly uiContext: () => UiContext
}

/** A command while the sum is on the screen. */
type SumCommand = Exclude<KeyCommand, { type: 'quit' | 'suspend' | 'next-account' }>

/**
 * Applies a command while the sum is on the screen: it selects a row, opens its account, or changes how amounts are written. Returns a
 * sentence about what it did, or why nothing; null if the screen shows it.
 */
export function pressInSum(key: string, command: SumCommand, keys: SumKeys): string | null {
  const { accounts } = keys
  switch (command.type) {
    case 'resync':
      for (const { actions } of accounts) actions.resync()
      return `reading everything of ${accounts.length} accounts again`
    case 'acknowledge':
      return acknowledgeWorst(keys)
    case 'export':
      return oneAccountOnly(key, keys)
    case 'call':
      command.call()
      return null
    // The sum has no rows for the mouse; its help is scrolled.
    case 'click':
      return null
    default:
      return applyAction(key, command, keys)
  }
}

function applyAction(key: string, action: UiAction, keys: SumKeys): string | null {
  const { uis, uiContext } = keys
  const { overlay } = uis.ui()
  if (isChoiceOfSum(action) || (overlay !== 'none' && OF_OVERLAY.has(action.type)))
    uis.set(uiReducer(uis.ui(), action, uiContext()))
  else if (action.type === 'move') uis.select(action.by)
  else if (action.type === 'page') uis.select(action.by * Number.POSITIVE_INFINITY)
  else if (action.type === 'end')
    uis.select(action.which === 'first' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY)
  else if (OPENING.has(action.type)) {
    uis.show(uis.selected())
    if (action.type === 'view') uis.set(uiReducer(uis.ui(), action, uiContext()))
  } else return oneAccountOnly(key, keys)
  return null
}

/** What moves in the help and closes it. */
const OF_OVERLAY: ReadonlySet<UiAction['type']> = new Set(['move', 'page', 'end', 'back', 'wheel'])
/** What opens the selected account. */
const OPENING: ReadonlySet<UiAction['type']> = new Set(['open', 'view', 'back'])

function oneAccountOnly(key: string, { accounts, uis }: SumKeys): string {
  const name = accounts[uis.selected()]?.profile ?? 'an account'
  return `${key === '' ? 'this' : key} works on one account: Enter opens ${name}`
}

/** Acknowledges the alert of the account that the last line is about. */
function acknowledgeWorst({ accounts, context, uis }: SumKeys): string {
  const worst = context?.accounts == null ? null : worstAccount(context.accounts)
  const account = worst === null ? undefined : accounts[worst.index]
  if (worst === null || account === undefined) return 'nothing to acknowledge'
  // The last frame may be older than the key that masks amounts.
  const { amounts } = uis.ui()
  return acknowledgeNamed(account, { ...worst.context, ui: { ...worst.context.ui, amounts } })
}
