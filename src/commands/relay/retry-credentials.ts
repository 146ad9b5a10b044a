import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import type { CommandContext } from '../command-context.ts'
import type { UserCommandOptions } from './options.ts'
import { requireUser, type StoreContext, withStore } from './store.ts'

/**
 * Lets running relays try the key of a user at once: they take the key with a new time for a new key, and open its account again.
 * @throws AxisorError usage, for an unknown user; no-credentials, for one without a key
 */
export function retryCredentials(
  { userName, database }: UserCommandOptions,
  context: StoreContext & Pick<CommandContext, 'clock' | 'terminal'>,
): Promise<ExitCode> {
  return withStore({ database }, context, async ({ store }) => {
    const { clock, terminal } = context
    const user = await requireUser(store, userName)
    const account = await store.account(user.id)
    if (account === null)
      throw new AxisorError('no-credentials', `user ${user.name} has no exchange key`, {
        hint: `Run axisor relay credentials set ${user.name}.`,
      })
    const updatedAt = Math.max(clock.nowMs(), account.updatedAt + 1)
    if (await store.replaceAccount(account, { ...account, updatedAt }))
      await terminal.printError(`Running relays try the key of ${user.name} within a second.\n`)
    else
      await terminal.printError(
        `The key of ${user.name} was replaced meanwhile: running relays try the new one.\n`,
      )
    return EXIT.done
  })
}
