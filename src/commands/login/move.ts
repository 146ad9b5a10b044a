import { readConfigFile } from '../../config/file.ts'
import { oneOf } from '../../config/parsers.ts'
import { readProfiles, requireProfile } from '../../config/profiles.ts'
import { parseSetting } from '../../config/raw-setting.ts'
import { findSetting } from '../../config/setting-sources.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import type { Profile } from '../../domain/profile.ts'
import { encodeStoredSecret } from '../../wire/stored-secret.ts'
import type { CommandContext } from '../command-context.ts'
import { storedSecret } from '../secrets/identity.ts'
import type { SecretStores } from '../secrets/secret-stores.ts'
import { saveSecret } from './save-secret.ts'
import { finishLogin } from './store-choice.ts'

/**
 * The profile that was asked for, or the current one.
 * @throws AxisorError usage or config, when there is none
 */
export async function knownProfile(call: CommandContext): Promise<Profile> {
  const { env, files } = call.world
  const profiles = await readProfiles(env, files)
  const asked = findSetting('profile', { flags: call.flags, env, file: await readConfigFile(env, files) })
  if (asked !== null) return requireProfile(profiles, asked.text, asked.place)
  if (profiles.current !== null) return requireProfile(profiles, profiles.current, 'profiles')
  const names = profiles.all.map(each => each.name)
  throw new AxisorError('usage', names.length === 0 ? 'there is no profile' : 'no profile is current', {
    hint: names.length === 0 ? 'Run axisor login.' : `Choose one with --profile: ${names.join(', ')}.`,
  })
}

/** Moves a secret to another store: writes there, reads back, remembers, and only then deletes it where it was. */
export async function moveSecret(call: CommandContext, stores: SecretStores): Promise<ExitCode> {
  const text = String(call.flags['move-to'])
  const store = parseSetting(
    { text, origin: 'flag', place: '--move-to' },
    oneOf(['keychain', 'vault'] as const),
  )
  const before = await knownProfile(call)
  const requirePassphrase = store === 'vault' || call.flags['require-passphrase'] === true
  if (before.store === store && before.requirePassphrase === requirePassphrase)
    throw new AxisorError('usage', `the secret of profile ${before.name} is in the ${store} already`)
  const stored = await storedSecret(call, stores, before)
  const after: Profile = { ...before, store, requirePassphrase }
  await saveSecret(call, stores, { profile: after, before, text: encodeStoredSecret(stored) })
  await finishLogin(call, stores, after, before)
  return EXIT.done
}
