import { readConfigFile } from '../../config/file.ts'
import { readProfiles, requireProfile } from '../../config/profiles.ts'
import { findSetting, type SettingFlags } from '../../config/setting-sources.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import type { Profile } from '../../domain/profile.ts'
import type { WritableStoreKind } from '../../ports/secrets.ts'
import { encodeStoredSecret } from '../../wire/stored-secret.ts'
import type { CommandContext } from '../command-context.ts'
import { storedSecret } from '../secrets/identity.ts'
import type { SecretContext, SecretStores } from '../secrets/secret-stores.ts'
import type { LoginOptions } from './options.ts'
import { saveSecret } from './save-secret.ts'
import { finishLogin } from './store-choice.ts'

/**
 * Returns the requested profile, or the current one.
 * @throws AxisorError usage or config, if there is none
 */
export async function knownProfile(
  { profile }: Pick<SettingFlags, 'profile'>,
  { env, files }: Pick<CommandContext, 'env' | 'files'>,
): Promise<Profile> {
  const profiles = await readProfiles(env, files)
  const file = await readConfigFile(env, files)
  const found = findSetting('profile', { flags: { profile: profile ?? null }, env, file })
  if (found !== null) return requireProfile(profiles, found.text, found.place)
  if (profiles.current !== null) return requireProfile(profiles, profiles.current, 'profiles')
  const names = profiles.all.map(each => each.name)
  throw new AxisorError('usage', names.length === 0 ? 'there are no profiles' : 'no profile is current', {
    hint: names.length === 0 ? 'Run axisor login.' : `Choose one with --profile: ${names.join(', ')}.`,
  })
}

/** Moves a secret: writes it to the new store, reads it back, updates the profile, then deletes the old copy. */
export async function moveSecret(
  options: LoginOptions,
  store: WritableStoreKind,
  stores: SecretStores,
  context: SecretContext,
): Promise<ExitCode> {
  const before = await knownProfile(options, context)
  const requirePassphrase = store === 'vault' || options.requirePassphrase
  if (before.store === store && before.requirePassphrase === requirePassphrase)
    throw new AxisorError('usage', `the secret of profile ${before.name} is already in the ${store}`)
  const stored = await storedSecret(context, stores, before)
  const profile: Profile = { ...before, store, requirePassphrase }
  await saveSecret({ profile, before, text: encodeStoredSecret(stored) }, stores, context)
  await finishLogin({ profile, before, json: options.json }, stores, context)
  return EXIT.done
}
