import { changeProfiles, readProfiles } from '../../config/profiles.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { type Profile, withoutProfile } from '../../domain/profile.ts'
import type { WritableStoreKind } from '../../ports/secrets.ts'
import { forgetChannels, removeChannelSecrets, storedChannelNames } from '../alerts/profile-channels.ts'
import { proxyPasswordId } from '../secrets/proxy-password.ts'
import { type SecretContext, SecretStores, secretIdOf } from '../secrets/secret-stores.ts'
import { type ForgetContext, offerToForget } from './forget-ledgers.ts'
import { knownProfile } from './move.ts'
import type { LogoutOptions } from './options.ts'

const STORES: readonly WritableStoreKind[] = ['keychain', 'vault']

/** The result for one profile. */
interface Removal {
  readonly profile: string
  readonly removedFrom: readonly WritableStoreKind[]
  /** Number of deleted secrets of its channels. */
  readonly channelSecrets: number
  /** Why the channels of the profile are not known, so that their secrets are still stored; null if they are. The profile then stays too. */
  readonly channelsError: string | null
  /** Stores that could not be opened. If the secret is in one of them, the profile stays, so that logout can be retried. */
  readonly unchecked: readonly { readonly store: WritableStoreKind; readonly reason: string }[]
  readonly forgotten: boolean
}

/** Deletes every copy of a profile's secret from every store, then the profile itself. With `--all` it offers to delete the stored history. */
export async function logout(options: LogoutOptions, context: ForgetContext): Promise<ExitCode> {
  const { env, files, terminal } = context
  const { all, profile, json } = options
  if (all && profile !== null)
    throw new AxisorError('usage', '--all and --profile exclude each other', {
      hint: 'Leave one of them out.',
    })
  const profiles = all ? (await readProfiles(env, files)).all : [await knownProfile(options, context)]
  const stores = new SecretStores(context, { passphraseFd: null })
  const removals: Removal[] = []
  try {
    for (const each of profiles) {
      const removal = await remove(stores, each, context)
      removals.push(removal)
      await terminal.printError(resultText(removal, each))
    }
  } finally {
    stores.close()
  }
  if (all) await offerToForget(context)
  if (json) await terminal.print(`${JSON.stringify({ profiles: removals })}\n`)
  return removals.every(each => each.forgotten) ? EXIT.done : EXIT.credentials
}

async function remove(
  stores: SecretStores,
  profile: Profile,
  context: Pick<SecretContext, 'env' | 'files'>,
): Promise<Removal> {
  const removedFrom: WritableStoreKind[] = []
  const unchecked: Removal['unchecked'][number][] = []
  const names = await channelNames(profile, context)
  let channelSecrets = 0
  for (const store of STORES) {
    try {
      const secrets = await stores.open(store, profile.requirePassphrase)
      // Only the store of the profile may prompt the user to unlock it.
      const state = profile.store === store ? null : await stores.untilInterrupted(secrets.state())
      if (state !== null && state.kind !== 'ready') throw state.error
      if (await stores.untilInterrupted(secrets.remove(secretIdOf(profile)))) removedFrom.push(store)
      await stores.untilInterrupted(secrets.remove(proxyPasswordId(profile)))
      if (typeof names !== 'string')
        channelSecrets += await removeChannelSecrets(names, profile, secrets, stores)
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      unchecked.push({ store, reason: error.message })
    }
  }
  const channelsError = typeof names === 'string' ? names : null
  const forgotten = channelsError === null && unchecked.every(each => each.store !== profile.store)
  if (forgotten) await removeProfile(profile, context)
  return { profile: profile.name, removedFrom, channelSecrets, channelsError, unchecked, forgotten }
}

/** Returns the names of the stored secrets of channels, or why they are not known: the key is deleted all the same. */
async function channelNames(
  profile: Profile,
  context: Pick<SecretContext, 'env' | 'files'>,
): Promise<readonly string[] | string> {
  try {
    return await storedChannelNames(profile, context)
  } catch (error) {
    if (error instanceof AxisorError) return error.message
    throw error
  }
}

/** A file error reports that nothing was changed, which is only true of the file. */
async function removeProfile(
  profile: Profile,
  { env, files }: Pick<SecretContext, 'env' | 'files'>,
): Promise<void> {
  const { name } = profile
  try {
    await forgetChannels(profile, { env, files })
    await changeProfiles(env, files, profiles => withoutProfile(profiles, name))
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    throw new AxisorError(error.code, `profile ${name} stays, without a stored secret: ${error.message}`, {
      cause: error,
      hint: 'Check the disk and the permissions of the folder, then run axisor logout again.',
    })
  }
}

function resultText(removal: Removal, { store }: Profile): string {
  const { profile, removedFrom, channelSecrets, channelsError, unchecked, forgotten } = removal
  const ofChannels = channelSecrets === 0 ? '' : `, with ${channelSecrets} of its channels`
  const removed =
    removedFrom.length === 0
      ? 'no secret was stored'
      : `deleted from the ${removedFrom.join(' and the ')}${ofChannels}`
  const lines = [
    forgotten
      ? `Profile ${profile} is removed: ${store === 'env' ? 'its key is in the environment; unset it there' : removed}.`
      : `Profile ${profile} stays: ${channelsError === null ? `its secret in the ${store}` : 'secrets of its channels'} could not be deleted.`,
    ...unchecked.map(each => `  not checked: the ${each.store} (${each.reason})`),
  ]
  const remedy =
    channelsError === null ? `Make the ${store} usable` : `Correct channels.json (${channelsError})`
  if (!forgotten) lines.push(`  ${remedy}, then run axisor logout --profile ${profile} again.`)
  return `${lines.join('\n')}\n`
}
