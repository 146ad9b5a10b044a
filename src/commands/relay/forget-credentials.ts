import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import type { RelayStore } from '../../ports/relay-store.ts'
import { countOf, countText, sealedRecords } from '../../relay/auth/key-rotation.ts'
import type { CommandContext } from '../command-context.ts'
import type { CredentialsForgetOptions } from './options.ts'
import { requireUser, type StoreContext, withStore } from './store.ts'

/** The ids of the users to forget the credentials of. */
async function chosenUsers(
  store: RelayStore,
  { userName, all }: Pick<CredentialsForgetOptions, 'userName' | 'all'>,
): Promise<readonly string[]> {
  if (userName !== null) return [(await requireUser(store, userName)).id]
  if (!all) throw new AxisorError('usage', 'neither a user nor --all', { hint: 'Name one of them.' })
  return (await store.users()).map(({ id }) => id)
}

/**
 * Removes all that was sealed with a master key for a user, or for all: exchange keys and alert settings. Needs no master key, so that an
 * operator can start again after its loss. Users and tokens stay.
 */
export async function forgetCredentials(
  { userName, all, database }: CredentialsForgetOptions,
  context: StoreContext & Pick<CommandContext, 'terminal'>,
): Promise<ExitCode> {
  if (userName !== null && all)
    throw new AxisorError('usage', 'a user and --all exclude each other', { hint: 'Leave one of them out.' })
  return withStore({ database }, context, async ({ store, shown }) => {
    const removed = { accounts: 0, alertSettings: 0 }
    for (const userId of await chosenUsers(store, { userName, all })) {
      if (await store.removeAccount(userId)) removed.accounts += 1
      if (await store.removeAlertSettings(userId)) removed.alertSettings += 1
    }
    const count = countText(removed)
    if (count === null)
      throw new AxisorError('usage', `no exchange key and no alert settings to forget in ${shown}`, {
        hint: 'Run axisor relay user list.',
      })
    const left = countText(countOf(await sealedRecords(store)))
    const next = left === null ? 'No other is stored' : `Still stored: ${left}`
    await context.terminal.printError(`Removed ${count}. ${next}. Next: axisor relay credentials set USER.\n`)
    return EXIT.done
  })
}
