import type { DashboardAccount } from './account.ts'
import type { DashboardActions } from './actions.ts'
import { exportPane } from './export-pane.ts'
import type { KeyCommand } from './input/key-binding.ts'
import type { Ui, UiAction } from './input/ui-state.ts'
import { namedAlert } from './panes/named-alert.ts'
import { subjectText } from './view/alert-text.ts'
import { closedSelection } from './view/closed-rows.ts'
import { levelLabel } from './view/format.ts'
import type { RenderContext } from './view/render-context.ts'

/** What commands act on: the account on the screen. */
interface Performing {
  readonly account: DashboardAccount
  readonly actions: DashboardActions
  readonly ui: Ui
  readonly context: RenderContext | null
  readonly say: (text: string) => void
}

/** A command that acts on the account, a file or the ui state. */
type PerformedCommand = Exclude<KeyCommand, { type: 'quit' | 'suspend' | 'next-account' | 'acknowledge' }>

/** Does what a command asks of the program; returns the action that is left for the ui state, or null. */
export function perform(
  command: PerformedCommand,
  { account, actions, ui, context, say }: Performing,
): UiAction | null {
  const { history } = account
  switch (command.type) {
    case 'resync':
      account.actions.resync()
      return null
    case 'export':
      if (context !== null) void exportPane(context, history, actions).then(say)
      return null
    case 'call':
      command.call()
      return null
    default: {
      const action = storyAction(command, ui, context)
      if (action.type === 'story') history?.showStory(action.row.id)
      return action
    }
  }
}

/** Enter on a closed trade shows its story; without one the pane in full. Every other action stays. */
function storyAction(command: UiAction, ui: Ui, context: RenderContext | null): UiAction {
  if (command.type !== 'open' || context === null || (ui.expanded ?? ui.focus) !== 'closed') return command
  const { rows, index } = closedSelection(context.history, context.model.state, ui)
  const row = rows.at(index)
  return row === null ? command : { type: 'story', row }
}

/** Acknowledges the alert that the last line names; in the list of alerts all of them. Returns a sentence about it. */
export function acknowledgeShown(account: DashboardAccount, ui: Ui, context: RenderContext | null): string {
  if (ui.overlay === 'alerts') {
    account.alerts.acknowledge(null)
    return `${account.profile}: acknowledged all alerts`
  }
  return context === null
    ? `${account.profile}: nothing to acknowledge`
    : acknowledgeNamed(account, { ...context, ui })
}

/** Acknowledges the alert of an account that the last line names. Returns a sentence about it. */
export function acknowledgeNamed({ alerts, profile }: DashboardAccount, context: RenderContext): string {
  const named = namedAlert(context)
  if (named === null) return `${profile}: nothing to acknowledge`
  alerts.acknowledge(named.id)
  return `${profile}: acknowledged ${levelLabel(context, named.level)} ${subjectText(context, named)}`
}
