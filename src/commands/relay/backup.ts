import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import type { OpenedRelayStore } from '../../ports/relay-store.ts'
import {
  countOf,
  countText,
  requireAllOpen,
  sealedRecords,
  unopenable,
} from '../../relay/auth/key-rotation.ts'
import type { CommandContext } from '../command-context.ts'
import { type MasterKeyContext, masterKeysOf } from './master-key-place.ts'
import type { BackupOptions } from './options.ts'
import { databaseOf, type OpenedStore, type StoreContext } from './store.ts'

/** What an operator can do about a backup whose master key is missing. */
const OLD_KEY_HINT =
  'Nothing was changed. Put the master key of that time on a line of its own after the present one, then try again.'

type BackupContext = StoreContext & Pick<CommandContext, 'openRelayBackups' | 'terminal'>

/** Copies the database of a relay into a new private file, also while the relay runs. The master key is not in it. */
export async function backUpDatabase(
  { file, database: flag }: BackupOptions,
  context: BackupContext,
): Promise<ExitCode> {
  const { address } = await databaseOf({ database: flag }, context)
  const backups = await context.openRelayBackups(address)
  const version = await backups.backUp(file)
  await context.terminal.printError(
    `Copied the database ${backups.shown} with schema version ${version} to ${file}. The master key is not in it: keep that elsewhere.\n`,
  )
  return EXIT.done
}

/** Verifies that the master keys of the relay open all that a backup contains. */
async function requireOpenable(opened: OpenedStore, context: MasterKeyContext): Promise<void> {
  const keys = await masterKeysOf(context, opened)
  if (keys === null) return
  const count = countText(countOf(unopenable(await sealedRecords(opened.store), keys)))
  if (count !== null)
    throw new AxisorError(
      'no-credentials',
      `the master key of the relay cannot decrypt ${count} of the backup`,
      {
        hint: OLD_KEY_HINT,
      },
    )
  await requireAllOpen(opened.store, context.crypto, keys)
}

/** Replaces the database of a relay by a backup, which is checked first. The replaced one is kept. */
export async function restoreDatabase(
  { file, database: flag }: BackupOptions,
  context: BackupContext & MasterKeyContext,
): Promise<ExitCode> {
  const database = await databaseOf({ database: flag }, context)
  const backups = await context.openRelayBackups(database.address)
  let contents = ''
  const previous = await backups.restore(file, async (opened: OpenedRelayStore) => {
    await requireOpenable({ ...opened, database }, context)
    const users = (await opened.store.users()).length
    const sealed = countText(countOf(await sealedRecords(opened.store)))
    contents = `${users} user${users === 1 ? '' : 's'}${sealed === null ? '' : `, ${sealed}`}`
  })
  const kept = previous === null ? '' : ` The replaced database is ${previous}.`
  await context.terminal.printError(
    `Restored ${backups.shown} from ${file}: ${contents}.${kept} Tokens that were revoked after the backup are valid again.\n`,
  )
  return EXIT.done
}
