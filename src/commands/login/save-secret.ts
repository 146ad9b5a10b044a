import { changeProfiles } from '../../config/profiles.ts'
import { type Profile, withProfile } from '../../domain/profile.ts'
import type { CommandContext } from '../command-context.ts'
import { replaceSecret } from '../secrets/replace-secret.ts'
import { type SecretStores, secretIdOf } from '../secrets/secret-stores.ts'

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
  const request = {
    secrets,
    id: secretIdOf(profile),
    text,
    wasSealed: before?.store === 'keychain' && before.requirePassphrase,
    what: `the secret of ${profile.name}`,
    rival: 'another login',
    again: 'Log in again to replace it.',
    elsewhere: 'Log in again with another --credential-store.',
  }
  await replaceSecret(request, stores, () => saveProfile(context, profile))
}
