import { LN_MARKETS } from '../../config/addresses.ts'
import { readConfigFile } from '../../config/file.ts'
import { resolveSettings, type Settings } from '../../config/settings.ts'
import { canWrite } from '../../domain/account.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import type { Credentials } from '../../domain/secret.ts'
import { type KeyInfo, verifyKey } from '../../feed/exchange/verify-key.ts'
import { requireAllOpen, resealAll } from '../../relay/auth/key-rotation.ts'
import { type MasterKeys, newMasterKey } from '../../relay/auth/master-keys.ts'
import { sealAccount } from '../../relay/auth/sealed-account.ts'
import type { Command, CommandContext } from '../command-context.ts'
import { askForKey, keyFromStdin } from '../login/input.ts'
import { redactSecret } from '../secrets/identity.ts'
import { SecretStores } from '../secrets/secret-stores.ts'
import { type KeyPlace, withMasterKeys } from './master-key-place.ts'
import { argument, requireUser, withStore } from './store.ts'

async function settingsOf({ world, flags: typed }: CommandContext): Promise<Settings> {
  const file = await readConfigFile(world.env, world.files)
  return resolveSettings({ flags: typed, env: world.env, file })
}

/** Shows the key to the exchange. @throws AxisorError key-refused, key-may-write, or what kept the exchange from judging */
async function verify(call: CommandContext, settings: Settings, credentials: Credentials): Promise<KeyInfo> {
  const { clock, random } = call.world
  const { http, sockets } = await call.world.openNet()
  try {
    const { streamUrl, timeoutMs } = settings
    const proof = await verifyKey({ clock, random, sockets }, { streamUrl, credentials, timeoutMs })
    if (!canWrite({ permissions: proof.permissions ?? [] })) return proof
    throw new AxisorError('key-may-write', 'the API key may do more than read', {
      hint: 'Make a read-only key for the relay; nothing was stored.',
    })
  } finally {
    http.close()
  }
}

function placeOf({ apiUrl, streamUrl, network }: Settings, { simulated }: KeyInfo) {
  const own = network === 'simulator' ? null : LN_MARKETS[network]
  const isOwn = !simulated && own?.apiUrl === apiUrl && own.streamUrl === streamUrl
  return {
    network: simulated ? 'simulator' : network,
    apiUrl: isOwn ? null : apiUrl,
    streamUrl: isOwn ? null : streamUrl,
  } as const
}

/** Takes the exchange key of a user, proves that it may only read, seals it and keeps it in place of the one before. */
export const setCredentials: Command = async call => {
  const settings = await settingsOf(call)
  const stores = new SecretStores(call)
  try {
    return await withStore(call, async opened => {
      const { store } = opened
      const user = await requireUser(store, argument(call, 'user'))
      // A wrong master key is told before anybody types a secret.
      await withMasterKeys(call.world, opened, async () => {})
      const credentials = call.flags['with-stdin']
        ? await stores.untilInterrupted(keyFromStdin(call))
        : await askForKey(stores)
      redactSecret(call, { kind: 'direct', credentials })
      const proof = await stores.untilInterrupted(verify(call, settings, credentials))
      const { crypto, clock, terminal } = call.world
      const place = { userId: user.id, ...placeOf(settings, proof), updatedAt: clock.nowMs() }
      const isKept = await withMasterKeys(call.world, opened, keys =>
        store.putAccount(sealAccount(crypto, keys, place, credentials)),
      )
      if (!isKept) throw new AxisorError('usage', `user ${user.name} was removed meanwhile`)
      await terminal.printError(
        `The key of ${user.name} (${place.network}) may only read; it is kept, sealed.\n`,
      )
      return EXIT.done
    })
  } finally {
    stores.close()
  }
}

/** Seals every exchange key with a new master key; while both exist, either opens what it sealed, so nothing is lost half way. */
export const rotateMasterKey: Command = call =>
  withStore(call, ({ store, database }) =>
    withMasterKeys(call.world, { store, database }, async (keys, place): Promise<ExitCode> => {
      const { crypto, terminal } = call.world
      await requireAllOpen(store, crypto, keys)
      const isUnfinished = keys.length > 1
      const both: MasterKeys = isUnfinished ? keys : [newMasterKey(crypto), ...keys]
      if (!isUnfinished) await begin(place, both)
      const count = await resealAll(store, crypto, both)
      const isAlone = await isWritten(place, [both[0]])
      const what = isUnfinished ? 'The rotation that was begun before is done' : 'The master key is new'
      const next = isAlone
        ? 'Backups from before need the old one'
        : `Take all but the first away from ${place.shown} now`
      await terminal.printError(
        `${what}: ${count} exchange key${count === 1 ? '' : 's'} sealed anew. ${next}.\n`,
      )
      return EXIT.done
    }),
  )

/** @throws AxisorError config, where the key comes from a place that can't be written */
async function begin(place: KeyPlace, keys: MasterKeys): Promise<void> {
  try {
    await place.write(keys)
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    throw new AxisorError('config', `no new key was written to ${place.shown}: ${error.message}`, {
      cause: error,
      hint: 'Put a new key in front of the old one there, each on a line of its own, and run this again.',
    })
  }
}

/** What is sealed is safe either way: a key too many can be taken away by hand. */
async function isWritten(place: KeyPlace, keys: MasterKeys): Promise<boolean> {
  try {
    await place.write(keys)
    return true
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    return false
  }
}
