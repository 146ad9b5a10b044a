import type { AlertHost } from '../alerts/host/alert-host.ts'
import type { AccountHistory } from '../ports/account-history.ts'
import type { DashboardActions } from './actions.ts'
import { exportPane } from './export-pane.ts'
import type { KeyCommand } from './input/key-binding.ts'
import type { Ui, UiAction } from './input/ui-state.ts'
import { namedAlert } from './panes/named-alert.ts'
import { closedSelection } from './view/closed-rows.ts'
import type { RenderContext } from './view/render-context.ts'

/** What commands act on. */
interface Performing {
  readonly actions: DashboardActions
  readonly history: AccountHistory | null
  readonly alerts: AlertHost
  readonly ui: Ui
  readonly context: RenderContext | null
  readonly say: (text: string) => void
}

/** A command that acts on the account, the alerts, a file or the ui state. */
export type PerformedCommand = Exclude<KeyCommand, { type: 'quit' | 'suspend' }>

/** Does what a command asks of the program; returns the action that is left for the ui state, or null. */
export function perform(
  command: PerformedCommand,
  { ui, context, say, ...options }: Performing,
): UiAction | null {
  const { actions, history } = options
  switch (command.type) {
    case 'resync':
      actions.resync()
      return null
    case 'acknowledge':
      acknowledgeShown(options.alerts, ui, context)
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

/** Acknowledges the alert that the last line names; in the list of alerts all of them. */
function acknowledgeShown(alerts: AlertHost, { overlay }: Ui, context: RenderContext | null): void {
  const named = context === null ? null : namedAlert(context)
  if (overlay === 'alerts') alerts.acknowledge(null)
  else if (named !== null) alerts.acknowledge(named.id)
}
