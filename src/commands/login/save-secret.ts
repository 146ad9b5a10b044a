import { changeProfiles } from '../../config/profiles.ts'
import { AxisorError } from '../../domain/error.ts'
import { type Profile, withProfile } from '../../domain/profile.ts'
import type { SecretId, Secrets } from '../../ports/secrets.ts'
import { decodeStoredSecret } from '../../wire/stored-secret.ts'
import type { CommandContext } from '../command-context.ts'
import { type SecretStores, secretIdOf } from '../secrets/secret-stores.ts'

interface Target {
  readonly secrets: Secrets
  readonly id: SecretId
}

/** The previous content of a store; null if it cannot be read without a prompt, or at all. */
type Earlier = { readonly text: string | null } | null

/** Reads the current content. Never prompts for a passphrase that is about to be replaced. @throws AxisorError, if the store cannot be used */
async function readEarlier(
  stores: SecretStores,
  before: Profile | null,
  { secrets, id }: Target,
): Promise<Earlier> {
  const isSealed = before?.store === 'keychain' && before.requirePassphrase
  if (secrets.kind === 'keychain' && isSealed && !(await stores.hasPassphrase())) return null
  try {
    return { text: await stores.untilInterrupted(secrets.read(id)) }
  } catch (error) {
    // An unreadable keychain entry may be replaced. The passphrase of a vault must be right.
    const isOpen = secrets.kind === 'keychain' && (await secrets.state()).kind === 'ready'
    if (error instanceof AxisorError && isOpen) return null
    throw error
  }
}

/** Restores the earlier text. True if it is back, or if another login has stored a valid secret meanwhile. */
async function restore({ secrets, id }: Target, text: string, earlier: string | null): Promise<boolean> {
  const isValid = async (): Promise<boolean> => {
    const now = await secrets.read(id).catch(() => '')
    return now === earlier || (now !== null && now !== text && decodeStoredSecret(now).ok)
  }
  if (await isValid()) return true
  await (earlier === null ? secrets.remove(id) : secrets.write(id, earlier)).catch(() => {})
  return isValid()
}

async function writeAndVerify(
  stores: SecretStores,
  profile: Profile,
  { secrets, id }: Target,
  text: string,
): Promise<void> {
  await stores.untilInterrupted(secrets.write(id, text))
  const back = await stores.untilInterrupted(secrets.read(id))
  if (back === text) return
  if (back !== null && decodeStoredSecret(back).ok)
    throw new AxisorError('no-credentials', `another login has just replaced the secret of ${profile.name}`, {
      hint: 'Log in again to replace it.',
    })
  throw new AxisorError('no-credentials', `the ${profile.store} did not return what was stored in it`, {
    hint: 'Log in again with another --credential-store.',
  })
}

type ProfileContext = Pick<CommandContext, 'env' | 'files'>

async function saveProfile({ env, files }: ProfileContext, profile: Profile): Promise<void> {
  await changeProfiles(env, files, profiles => withProfile(profiles, profile))
}

/** A secret to save: the new profile, the profile that it replaces, and the encoded secret. */
interface SaveRequest {
  readonly profile: Profile
  readonly before: Profile | null
  readonly text: string
}

/**
 * Writes a secret to the store of the profile, reads it back and saves the profile.
 * @throws AxisorError; then everything is as before, unless the message reports a loss
 */
export async function saveSecret(
  { profile, before, text }: SaveRequest,
  stores: SecretStores,
  context: ProfileContext,
): Promise<void> {
  if (profile.store === 'env') return saveProfile(context, profile)
  const secrets = await stores.open(profile.store, profile.requirePassphrase)
  const target = { secrets, id: secretIdOf(profile) }
  const earlier = await readEarlier(stores, before, target)
  try {
    await writeAndVerify(stores, profile, target, text)
    await saveProfile(context, profile)
  } catch (error) {
    if (!(error instanceof AxisorError) || earlier === null) throw error
    if ((await restore(target, text, earlier.text)) || earlier.text === null) throw error
    throw new AxisorError('no-credentials', `${error.message}, and the previous secret is lost`, {
      cause: error,
      hint: 'Log in again with another --credential-store.',
    })
  }
}
