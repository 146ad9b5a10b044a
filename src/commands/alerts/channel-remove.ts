import {
  changeChannels,
  readAlertSettings,
  readChannels,
  sectionOf,
} from '../../config/alerts/alert-files.ts'
import { channelEnvName, channelSecretFrom } from '../../config/alerts/channel-env.ts'
import { closestMatches } from '../../domain/closest-match.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import type { Profile } from '../../domain/profile.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { type SecretContext, type SecretStores, withStores } from '../secrets/secret-stores.ts'
import { alertProfile, ownerText } from './alert-profile.ts'
import { channelSecretId } from './channel-secrets.ts'
import type { ChannelRemoveOptions } from './setup-options.ts'

/** Removes a channel: its secret, then its settings. */
export async function removeChannel(
  options: ChannelRemoveOptions,
  context: SecretContext,
): Promise<ExitCode> {
  const { env, files, terminal } = context
  const { name } = options
  const profile = await alertProfile(options, context)
  const section = sectionOf(profile)
  const { channels } = await readChannels(env, files, section)
  const names = channels.map(channel => channel.name)
  if (!names.includes(name)) throw unknownChannel(name, names, ownerText(profile))
  await withStores(options, context, stores => removeStoredSecret(name, profile, stores))
  await changeChannels(env, files, section, { kind: 'channel', name, channel: null })
  await terminal.printError(`Channel ${name} of ${ownerText(profile)} is removed.\n`)
  await reportLeftovers(name, section, context)
  return EXIT.done
}

/** Returns the failure for a channel that does not exist, with the closest names. */
export function unknownChannel(name: string, names: readonly string[], owner: string): AxisorError {
  const near = closestMatches(name, names)
  const shown = sanitize(name, { asciiOnly: true, maxLength: 40 })
  const existing =
    names.length === 0 ? 'Add one with axisor alerts channel add.' : `Existing channels: ${names.join(', ')}.`
  return new AxisorError('usage', `${owner} has no channel ${shown}`, {
    hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : existing,
  })
}

/** Removes the secret of a channel or of the heartbeat from the store of its profile. @throws AxisorError, if the store cannot be used */
export async function removeStoredSecret(
  name: string,
  profile: Profile | null,
  stores: SecretStores,
): Promise<void> {
  if (profile === null || profile.store === 'env') return
  const secrets = await stores.open(profile.store, profile.requirePassphrase)
  await stores.untilInterrupted(secrets.remove(channelSecretId(profile, name)))
}

/** Says what still refers to a channel that was removed. */
async function reportLeftovers(
  name: string,
  section: string,
  { env, files, terminal }: SecretContext,
): Promise<void> {
  await reportEnvironment(name, { env, files, terminal })
  try {
    await readAlertSettings(env, files, section)
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    const lines = [...error.lines, `axisor: ${error.message}. ${error.hint ?? ''}`]
    await terminal.printError(lines.map(line => `${sanitize(line)}\n`).join(''))
  }
}

/** Says that a secret that was removed is still in the environment. */
export async function reportEnvironment(
  name: string,
  { env, files, terminal }: Pick<SecretContext, 'env' | 'files' | 'terminal'>,
): Promise<void> {
  const isSet = await channelSecretFrom(name, env, files).then(
    found => found !== null,
    () => true,
  )
  if (isSet)
    await terminal.printError(`Its secret is also in the environment: unset ${channelEnvName(name).name}.\n`)
}
