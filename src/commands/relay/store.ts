import { readConfigFile } from '../../config/file.ts'
import { type RelayDatabase, relayDatabaseOf } from '../../config/relay-database.ts'
import { closestMatches } from '../../domain/closest-match.ts'
import { AxisorError } from '../../domain/error.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { Secret } from '../../domain/secret.ts'
import type { OpenedRelayStore, RelayStore, RelayStoreUse, RelayUser } from '../../ports/relay-store.ts'
import type { CommandContext } from '../command-context.ts'
import type { DatabaseOptions } from './options.ts'

/** The parts of the world that open the database of a relay. */
export type StoreContext = Pick<CommandContext, 'env' | 'files' | 'addRedaction' | 'openRelayStore'>

/** The store of a relay and its location. */
export interface OpenedStore extends OpenedRelayStore {
  readonly database: RelayDatabase
}

/** The database of the shipped systemd unit. */
const INSTALLED_PATH = '/var/lib/axisor/relay.db'

/**
 * Rejects a default database that does not exist where that of the installed unit does: root would create a second one, and go on with it.
 * @throws AxisorError config
 */
async function rejectStray(
  { defaultPath }: RelayDatabase,
  { files }: Pick<StoreContext, 'files'>,
): Promise<void> {
  if (defaultPath === null || defaultPath === INSTALLED_PATH) return
  if ((await files.exists(defaultPath)) || !(await files.exists(INSTALLED_PATH))) return
  throw new AxisorError(
    'config',
    `there is no database ${defaultPath}; that of the installed relay is ${INSTALLED_PATH}`,
    {
      hint: 'Use the shell function relay of docs/deploy.md. For a database of your own, name it with --database sqlite:PATH.',
    },
  )
}

/** Returns the configured database, and removes its password from all later messages. @throws AxisorError usage or config */
export async function databaseOf(
  { database: flag }: DatabaseOptions,
  { env, files, addRedaction }: Pick<StoreContext, 'env' | 'files' | 'addRedaction'>,
): Promise<RelayDatabase> {
  const database = relayDatabaseOf({ flag, env, file: await readConfigFile(env, files) })
  for (const password of [database.password, env.PGPASSWORD]) {
    if (password) addRedaction(new Secret(password))
  }
  await rejectStray(database, { files })
  return database
}

/**
 * Opens the configured database. The caller closes the store. Only what begins the work with a database may create or migrate it: any other
 * command would act on a new one after a mistake in the address.
 * @throws AxisorError usage or config; also as the store
 */
export async function openStoreOf(
  options: DatabaseOptions,
  context: StoreContext,
  use: RelayStoreUse,
): Promise<OpenedStore> {
  const database = await databaseOf(options, context)
  return { database, ...(await context.openRelayStore(database.address, use)) }
}

/** Opens the configured database, by default only if it exists, for `work` and closes it. @throws AxisorError as openStoreOf and the work */
export async function withStore<T>(
  options: DatabaseOptions,
  context: StoreContext,
  work: (opened: OpenedStore) => Promise<T>,
  use: RelayStoreUse = 'existing',
): Promise<T> {
  const opened = await openStoreOf(options, context, use)
  try {
    return await work(opened)
  } finally {
    await opened.store.close()
  }
}

/** Returns what opening the database changed, as a sentence; empty if nothing. */
export function migrationText({ shown, migrated }: OpenedRelayStore): string {
  if (migrated === null) return ''
  const { from, to } = migrated
  if (from === 0) return `Created the database ${shown} with schema version ${to}. `
  return `Migrated the database ${shown} from schema version ${from} to ${to}. `
}

/**
 * Returns the user of that name.
 * @throws AxisorError usage, with the closest known name
 */
export async function requireUser(store: RelayStore, name: string): Promise<RelayUser> {
  const users = await store.users()
  const user = users.find(each => each.name === name)
  if (user !== undefined) return user
  const near = closestMatches(
    name,
    users.map(each => each.name),
  )
  const shown = sanitize(name, { asciiOnly: true, maxLength: 64 })
  throw new AxisorError('usage', `no such user: ${shown}`, {
    hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Run axisor relay user list.',
  })
}
