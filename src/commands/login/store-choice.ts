import { readProfiles } from '../../config/profiles.ts'
import { canWrite } from '../../domain/account.ts'
import { AxisorError } from '../../domain/error.ts'
import { networkOf, type Profile, type ProfileStore, verifiedPermissions } from '../../domain/profile.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { moveChannelSecrets } from '../alerts/profile-channels.ts'
import type { CommandContext } from '../command-context.ts'
import { type SecretContext, type SecretStores, secretIdOf } from '../secrets/secret-stores.ts'
import type { LoginOptions } from './options.ts'

/** The store of a new secret. */
export type StoreTarget = Pick<Profile, 'store' | 'requirePassphrase'>

/**
 * Chooses the requested store; else the store of the existing profile; else the keychain, or the vault if the keychain cannot be used and
 * the user agrees.
 * @throws AxisorError no-credentials, if no store can be used
 */
export async function chooseStore(
  options: Pick<LoginOptions, 'credentialStore' | 'requirePassphrase'>,
  stores: SecretStores,
  before: Profile | null,
): Promise<StoreTarget> {
  const requested = options.credentialStore ?? before?.store ?? 'auto'
  const store = requested === 'auto' ? await chooseAutomatically(stores) : requested
  if (store === 'keychain') await requireUsable(stores)
  const hadPassphrase = before?.store === store && before.requirePassphrase
  return { store, requirePassphrase: store === 'vault' || options.requirePassphrase || hadPassphrase }
}

/** @throws AxisorError no-credentials, with the reason why the keychain cannot be used and what to do */
async function requireUsable(stores: SecretStores): Promise<void> {
  const state = await (await stores.open('keychain')).state()
  if (state.kind === 'ready' || (state.kind === 'locked' && state.canAsk)) return
  throw state.error
}

async function chooseAutomatically(stores: SecretStores): Promise<ProfileStore> {
  const state = await stores.untilInterrupted((await stores.open('keychain')).state())
  if (state.kind === 'ready') return 'keychain'
  const { prompt } = stores
  if (state.kind === 'locked' && state.canAsk && prompt !== null) return 'keychain'
  const { message } = state.error
  if (prompt === null)
    throw new AxisorError('no-credentials', message, {
      cause: state.error,
      hint: 'Use --credential-store vault with --passphrase-fd, or --credential-store env.',
    })
  prompt.write(`${message.slice(0, 1).toUpperCase()}${message.slice(1)}.\n`)
  if (await prompt.confirm('Store it in a file encrypted with a passphrase instead?')) return 'vault'
  throw new AxisorError('no-credentials', 'nothing was stored', {
    cause: state.error,
    hint: state.error.hint ?? 'Choose a store with --credential-store.',
  })
}

const STORED: Readonly<Record<ProfileStore, string>> = {
  keychain: 'is stored in the keychain',
  vault: 'is stored in a file encrypted with your passphrase',
  env: 'is not stored: it must be in the environment each time',
}

/** The result of a login. */
interface LoginResult {
  readonly profile: Profile
  /** The profile that it replaces; null for a new one. */
  readonly before: Profile | null
  readonly json: boolean
}

/** Deletes the secret from its previous store and prints the result. */
export async function finishLogin(
  { profile, before, json }: LoginResult,
  stores: SecretStores,
  context: SecretContext,
): Promise<void> {
  const { env, files, terminal } = context
  if (before !== null) await moveChannelSecrets(before, profile, stores, context)
  if (before !== null && before.store !== profile.store) await removeOld(stores, before, terminal)
  const { current, all } = await readProfiles(env, files)
  await warnOfNewKeyFile(stores.newKeyFile, profile, all, terminal)
  const what = profile.kind === 'relay' ? 'token' : 'key'
  const use = current === profile.name ? 'axisor watch' : `axisor watch --profile ${profile.name}`
  await terminal.printError(
    `Profile ${profile.name} (${networkOf(profile)}): the ${what} ${STORED[profile.store]}. Run ${use}.\n`,
  )
  if (json) await terminal.print(`${JSON.stringify(profileDocument(profile))}\n`)
}

/** The entries of other profiles were encrypted with the key file that was missing. */
async function warnOfNewKeyFile(
  path: string | null,
  profile: Profile,
  profiles: readonly Profile[],
  terminal: CommandContext['terminal'],
): Promise<void> {
  const lost = profiles.filter(
    each => each.name !== profile.name && each.store === 'keychain' && !each.requirePassphrase,
  )
  if (path === null || lost.length === 0) return
  const names = lost.map(({ name }) => name).join(', ')
  await terminal.printError(
    `The key file ${path} was missing and was created again: what the keychain holds for ${names} cannot be decrypted with it. Log in again for each.\n`,
  )
}

async function removeOld(
  stores: SecretStores,
  before: Profile,
  terminal: CommandContext['terminal'],
): Promise<void> {
  if (before.store === 'env') return
  try {
    await stores.untilInterrupted((await stores.open(before.store)).remove(secretIdOf(before)))
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    await terminal.printError(
      `A copy may remain in the ${before.store}, which could not be opened: ${sanitize(error.message)}.\n`,
    )
  }
}

/** Returns a profile as JSON output shows it. It contains no secret. */
export function profileDocument(profile: Profile) {
  const key = profile.kind === 'direct' ? verifiedPermissions(profile) : null
  const { name, kind, store, requirePassphrase, verifiedAt } = profile
  const more =
    profile.kind === 'relay'
      ? { relayUrl: profile.relayUrl }
      : {
          permissions: profile.permissions,
          canWrite: key && canWrite(key),
          addresses: profile.addresses,
        }
  return {
    name,
    kind,
    network: networkOf(profile),
    store,
    requirePassphrase,
    // The name that scripts know.
    provenAt: verifiedAt === null ? null : new Date(verifiedAt).toISOString(),
    ...more,
  }
}
