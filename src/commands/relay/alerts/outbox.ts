import type { ExitCode } from '../../../domain/error.ts'
import type { Outbox } from '../../../ports/outbox.ts'
import { requestAcknowledgement } from '../../alerts/ack.ts'
import { printAlerts } from '../../alerts/list.ts'
import { printLog } from '../../alerts/log.ts'
import type { CommandContext } from '../../command-context.ts'
import { requireUser, type StoreContext, withStore } from '../store.ts'
import type { UserAckOptions, UserListingOptions, UserLogOptions, UserOptions } from './options.ts'

type OutboxesContext = StoreContext & Pick<CommandContext, 'clock' | 'terminal' | 'processId'>

function withUserOutbox<T>(
  options: UserOptions,
  context: OutboxesContext,
  work: (outbox: Outbox) => Promise<T>,
): Promise<T> {
  return withStore(options, context, async ({ store }) => {
    const user = await requireUser(store, options.userName)
    return work(store.outbox(user.id))
  })
}

/** Prints the alerts of a user that fire, and those of the last hour. */
export function listUserAlerts(options: UserListingOptions, context: OutboxesContext): Promise<ExitCode> {
  return withUserOutbox(options, context, outbox => printAlerts(outbox, options, context))
}

/** Acknowledges an alert of a user, or all. */
export function acknowledgeUserAlerts(options: UserAckOptions, context: OutboxesContext): Promise<ExitCode> {
  return withUserOutbox(options, context, outbox => requestAcknowledgement(outbox, options.id, context))
}

/** Prints the attempts to deliver notices of a user, newest first. */
export function userAlertLog(options: UserLogOptions, context: OutboxesContext): Promise<ExitCode> {
  return withUserOutbox(options, context, outbox => printLog(outbox, options, context))
}
