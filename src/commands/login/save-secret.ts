import { changeProfiles } from '../../config/profiles.ts'
import { AxisorError } from '../../domain/error.ts'
import { type Profile, withProfile } from '../../domain/profile.ts'
import type { SecretId, Secrets } from '../../ports/secrets.ts'
import { decodeStoredSecret } from '../../wire/stored-secret.ts'
import type { CommandContext } from '../command-context.ts'
import { placeOf, type SecretStores } from '../secrets/secret-stores.ts'

interface SaveTarget {
  readonly secrets: Secrets
  readonly place: SecretId
}

/** What a place held before; null where only a person could open it, or nobody can. */
type Earlier = { readonly text: string | null } | null

/** What is in the place now. Nobody is asked for a passphrase that is to be replaced. @throws AxisorError, when the store can't be used */
async function earlierIn(
  stores: SecretStores,
  before: Profile | null,
  keeping: SaveTarget,
): Promise<Earlier> {
  const { secrets, place } = keeping
  const isSealed = before?.store === 'keychain' && before.requirePassphrase
  if (secrets.kind === 'keychain' && isSealed && !(await stores.hasPassphrase())) return null
  try {
    return { text: await stores.untilInterrupted(secrets.read(place)) }
  } catch (error) {
    // What a keychain holds and nobody can open may be replaced; a vault’s passphrase must be right.
    const isOpen = secrets.kind === 'keychain' && (await secrets.state()).kind === 'ready'
    if (error instanceof AxisorError && isOpen) return null
    throw error
  }
}

/** True when the earlier text is there again, or another login has meanwhile put one that is in order. */
async function restore(
  { secrets, place }: SaveTarget,
  text: string,
  earlier: string | null,
): Promise<boolean> {
  const isInOrder = async (): Promise<boolean> => {
    const now = await secrets.read(place).catch(() => '')
    return now === earlier || (now !== null && now !== text && decodeStoredSecret(now).ok)
  }
  if (await isInOrder()) return true
  await (earlier === null ? secrets.remove(place) : secrets.write(place, earlier)).catch(() => {})
  return isInOrder()
}

async function writeAndRead(
  stores: SecretStores,
  profile: Profile,
  keeping: SaveTarget,
  text: string,
): Promise<void> {
  const { secrets, place } = keeping
  await stores.untilInterrupted(secrets.write(place, text))
  const back = await stores.untilInterrupted(secrets.read(place))
  if (back === text) return
  if (back !== null && decodeStoredSecret(back).ok)
    throw new AxisorError('no-credentials', `another login has just replaced the one of ${profile.name}`, {
      hint: 'Log in again if this one is to stay.',
    })
  throw new AxisorError('no-credentials', `the ${profile.store} does not give back what was stored in it`, {
    hint: 'Log in again with another --credential-store.',
  })
}

async function remember({ world }: CommandContext, profile: Profile): Promise<void> {
  await changeProfiles(world.env, world.files, profiles => withProfile(profiles, profile))
}

/**
 * Puts a secret where the profile says, reads it back, and then remembers the profile: only what can be read again counts as kept.
 * @throws AxisorError; then all is as it was before, unless the message says otherwise
 */
export async function saveSecret(
  call: CommandContext,
  stores: SecretStores,
  { profile, before, text }: { profile: Profile; before: Profile | null; text: string },
): Promise<void> {
  if (profile.store === 'env') return remember(call, profile)
  const secrets = await stores.open(profile.store, profile.requirePassphrase)
  const keeping = { secrets, place: placeOf(profile) }
  const earlier = await earlierIn(stores, before, keeping)
  try {
    await writeAndRead(stores, profile, keeping, text)
    await remember(call, profile)
  } catch (error) {
    if (!(error instanceof AxisorError) || earlier === null) throw error
    if ((await restore(keeping, text, earlier.text)) || earlier.text === null) throw error
    throw new AxisorError('no-credentials', `${error.message}, and what was there before is lost`, {
      cause: error,
      hint: 'Log in again with another --credential-store.',
    })
  }
}
