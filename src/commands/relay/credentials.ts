import { LN_MARKETS } from '../../config/addresses.ts'
import { readConfigFile } from '../../config/file.ts'
import { resolveSettings, type Settings } from '../../config/settings.ts'
import { canWrite, keyMayWrite, PERMISSIONS_UNCHECKED } from '../../domain/account.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { Credentials } from '../../domain/secret.ts'
import type { Network } from '../../domain/snapshot.ts'
import type { KeyInfo } from '../../feed/exchange/verify-key.ts'
import { countText, requireAllOpen, resealAll, sealedRecords } from '../../relay/auth/key-rotation.ts'
import { type MasterKeys, newMasterKey } from '../../relay/auth/master-keys.ts'
import { sealAccount } from '../../relay/auth/sealed-account.ts'
import type { CommandContext } from '../command-context.ts'
import type { LoginContext } from '../login/context.ts'
import { keyFromStdin, promptForKey } from '../login/input.ts'
import { verifyOnce } from '../login/verify-once.ts'
import { redactSecret } from '../secrets/identity.ts'
import { openProxies } from '../secrets/proxy-password.ts'
import { SecretStores } from '../secrets/secret-stores.ts'
import { type KeyPlace, type MasterKeyContext, withMasterKeys } from './master-key-place.ts'
import type { CredentialsSetOptions, DatabaseOptions } from './options.ts'
import { requireUser, type StoreContext, withStore } from './store.ts'

/** Verifies a key. @throws AxisorError key-refused, or the failure of the connection; key-may-write unless the settings allow such a key */
async function verifyReadOnly(
  settings: Settings,
  credentials: Credentials,
  context: LoginContext,
): Promise<KeyInfo> {
  const keyInfo = await verifyOnce(settings, credentials, context)
  const { key } = keyInfo
  if (key !== null && canWrite(key) && !settings.allowWriteKey)
    throw keyMayWrite(
      key,
      'Create a read-only key for the relay, or allow this one with --allow-write-key. Nothing was stored.',
    )
  return keyInfo
}

function storedText(name: string, network: Network, { key, streamError }: KeyInfo): string {
  const stored = 'It was stored encrypted.'
  const owner = `key of ${name} (${network})`
  if (key !== null)
    return canWrite(key) ? `The ${owner} is NOT read-only. ${stored}` : `The ${owner} is read-only. ${stored}`
  const why = streamError === null ? 'the exchange did not report them' : sanitize(streamError.message)
  return `The exchange accepted the ${owner}, but its ${PERMISSIONS_UNCHECKED}: ${why}. ${stored}`
}

/** Null for the default addresses of the network, so that they can change. */
function exchangeOf({ apiUrl, streamUrl, network }: Settings, { simulated }: KeyInfo) {
  const own = network === 'simulator' ? null : LN_MARKETS[network]
  const isOwn = !simulated && own?.apiUrl === apiUrl && own.streamUrl === streamUrl
  return {
    network: simulated ? 'simulator' : network,
    apiUrl: isOwn ? null : apiUrl,
    streamUrl: isOwn ? null : streamUrl,
  } as const
}

/** Verifies that the exchange key of a user is read-only, encrypts it and replaces the previous one. */
export async function setCredentials(
  options: CredentialsSetOptions,
  context: LoginContext & StoreContext & MasterKeyContext,
): Promise<ExitCode> {
  const { env, files, crypto, clock, terminal } = context
  const given = resolveSettings({ flags: options, env, file: await readConfigFile(env, files) })
  const settings = { ...given, proxies: await openProxies({ ...given, passphraseFd: null }, context) }
  const stores = new SecretStores(context, { passphraseFd: null })
  try {
    return await withStore(options, context, async opened => {
      const { store } = opened
      const user = await requireUser(store, options.userName)
      // A wrong master key is reported before the prompt for a secret.
      await withMasterKeys(context, opened, async () => {})
      const credentials = options.withStdin
        ? await stores.untilInterrupted(keyFromStdin(terminal.stdin))
        : await promptForKey(stores)
      redactSecret(context, { kind: 'direct', credentials })
      const keyInfo = await stores.untilInterrupted(verifyReadOnly(settings, credentials, context))
      const account = { userId: user.id, ...exchangeOf(settings, keyInfo), updatedAt: clock.nowMs() }
      const isStored = await withMasterKeys(context, opened, keys =>
        store.putAccount(sealAccount(crypto, keys, account, credentials)),
      )
      if (!isStored)
        throw new AxisorError('usage', `user ${user.name} was removed while the key was verified`)
      await terminal.printError(`${storedText(user.name, account.network, keyInfo)}\n`)
      return EXIT.done
    })
  } finally {
    stores.close()
  }
}

/** Re-encrypts every exchange key and the alert settings with a new master key. Both keys are kept until the end, so that an interrupted rotation loses nothing. */
export function rotateMasterKey(
  options: DatabaseOptions,
  context: StoreContext & MasterKeyContext & Pick<CommandContext, 'terminal'>,
): Promise<ExitCode> {
  const { crypto, terminal } = context
  return withStore(options, context, async opened => {
    const { store, shown } = opened
    const { accounts, alertSettings } = await sealedRecords(store)
    if (accounts.length + alertSettings.length === 0)
      throw new AxisorError('usage', `no exchange key in the database ${shown}: nothing to rotate`, {
        hint: 'Name the database of the relay with --database or AXISOR_RELAY_DATABASE.',
      })
    return withMasterKeys(context, opened, async (keys, place): Promise<ExitCode> => {
      await requireAllOpen(store, crypto, keys)
      const isUnfinished = keys.length > 1
      const both: MasterKeys = isUnfinished ? keys : [newMasterKey(crypto), ...keys]
      if (!isUnfinished) await writeNewKey(place, both)
      const count = await resealAll(store, crypto, both)
      const isAlone = await tryWrite(place, [both[0]])
      const done = isUnfinished ? 'The rotation is complete' : 'The master key was rotated'
      const next = isAlone
        ? 'Backups from before need the old key; back up the new one'
        : `Remove all but the first key from ${place.edited} now. Backups from before need the old key; back up the new one`
      await terminal.printError(`${done}: ${countText(count) ?? '0 exchange keys'} re-encrypted. ${next}.\n`)
      return EXIT.done
    })
  })
}

/** @throws AxisorError config, if the place of the key is read-only */
async function writeNewKey(place: KeyPlace, keys: MasterKeys): Promise<void> {
  try {
    await place.write(keys)
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    throw new AxisorError('config', `cannot write a new master key to ${place.edited}: ${error.message}`, {
      cause: error,
      hint: 'Put a new key before the old one there, each on its own line, and run this command again.',
    })
  }
}

/** False if the place is read-only. The accounts are safe either way: the old key can be removed by hand. */
async function tryWrite(place: KeyPlace, keys: MasterKeys): Promise<boolean> {
  try {
    await place.write(keys)
    return true
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    return false
  }
}
