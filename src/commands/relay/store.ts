import { readConfigFile } from '../../config/file.ts'
import { type RelayDatabase, relayDatabaseOf } from '../../config/relay-database.ts'
import { closestMatches } from '../../domain/closest-match.ts'
import { AxisorError } from '../../domain/error.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { Secret } from '../../domain/secret.ts'
import type { RelayStore, RelayUser } from '../../ports/relay-store.ts'
import type { CommandContext } from '../command-context.ts'

/** A relay's store, and where it is. */
export interface OpenedStore {
  readonly store: RelayStore
  readonly database: RelayDatabase
}

/**
 * Opens the database that was asked for; whoever opens it closes it.
 * @throws AxisorError usage or config, and as the store
 */
export async function openStoreOf({ world, flags: typed }: CommandContext): Promise<OpenedStore> {
  const { env, files } = world
  const database = relayDatabaseOf({ flags: typed, env, file: await readConfigFile(env, files) })
  for (const password of [database.password, env.PGPASSWORD]) {
    if (password) world.addRedaction(new Secret(password))
  }
  return { database, store: await world.openRelayStore(database.address) }
}

/** Does something with the database that was asked for, and closes it. Throws as above. */
export async function withStore<T>(
  call: CommandContext,
  work: (opened: OpenedStore) => Promise<T>,
): Promise<T> {
  const opened = await openStoreOf(call)
  try {
    return await work(opened)
  } finally {
    await opened.store.close()
  }
}

/**
 * The user of a name.
 * @throws AxisorError usage, with what was probably meant
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
  throw new AxisorError('usage', `the relay has no user ${shown}`, {
    hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Run axisor relay user list.',
  })
}

/** The word that was typed under a name. */
export function argument({ flags: typed }: CommandContext, name: string): string {
  return String(typed[name] ?? '')
}
