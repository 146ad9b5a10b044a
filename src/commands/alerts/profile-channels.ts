import { changeChannels, readChannels, sectionOf } from '../../config/alerts/alert-files.ts'
import { HEARTBEAT } from '../../domain/alerts/channel-fields.ts'
import { hasSecret } from '../../domain/alerts/channel-secret.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Profile } from '../../domain/profile.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { Secrets } from '../../ports/secrets.ts'
import { proxyPasswordId } from '../secrets/proxy-password.ts'
import type { SecretContext, SecretStores } from '../secrets/secret-stores.ts'
import { channelSecretId } from './channel-secrets.ts'

type FileContext = Pick<SecretContext, 'env' | 'files'>

/** Returns the names of all secrets that channels and heartbeat of a profile have in its store. @throws AxisorError config */
export async function storedChannelNames(
  profile: Profile,
  { env, files }: FileContext,
): Promise<readonly string[]> {
  const { channels, hasHeartbeat } = await readChannels(env, files, sectionOf(profile))
  const names = channels.filter(({ settings }) => hasSecret(settings)).map(({ name }) => name)
  return hasHeartbeat ? [...names, HEARTBEAT] : names
}

/** Removes the secrets of channels from one store. Returns how many there were. Throws as the store. */
export async function removeChannelSecrets(
  names: readonly string[],
  profile: Profile,
  secrets: Secrets,
  stores: SecretStores,
): Promise<number> {
  let removed = 0
  for (const name of names)
    if (await stores.untilInterrupted(secrets.remove(channelSecretId(profile, name)))) removed += 1
  return removed
}

/** Removes the channels of a profile from `channels.json`. @throws AxisorError config */
export async function forgetChannels(profile: Profile, { env, files }: FileContext): Promise<void> {
  await changeChannels(env, files, sectionOf(profile), { kind: 'profile' })
}

/**
 * Moves the secrets of channels, and the password of a proxy, to the store that the profile has now, or encrypts them as it requires now. One that cannot be moved stays where it is,
 * and a message says so.
 */
export async function moveChannelSecrets(
  before: Profile,
  profile: Profile,
  stores: SecretStores,
  context: SecretContext,
): Promise<void> {
  const { terminal } = context
  const { store, requirePassphrase } = profile
  const isSame = before.store === store && before.requirePassphrase === requirePassphrase
  if (isSame || before.store === 'env') return
  const left: string[] = []
  let reason = store === 'env' ? 'the environment is read-only' : ''
  try {
    const from = await stores.open(before.store, before.requirePassphrase)
    const names = [
      ...(await storedChannelNames(before, context)),
      ...(await proxyNames(before, from, stores)),
    ]
    if (names.length === 0) return
    const to = store === 'env' ? null : await stores.open(store, requirePassphrase)
    for (const name of names)
      if (to === null) left.push(name)
      else await moveOne(name, profile, from, to, stores)
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    reason = sanitize(error.message)
  }
  if (reason === '') return
  const what = left.length === 0 ? 'Secrets of channels' : `The secrets of ${left.join(', ')}`
  await terminal.printError(
    `${what} may still be in the ${before.store}: ${reason}. Add the channels again with axisor alerts channel add.\n`,
  )
}

/** Returns the name under which the password of the proxy is stored, if there is one. */
async function proxyNames(profile: Profile, from: Secrets, stores: SecretStores): Promise<readonly string[]> {
  const { channel = '' } = proxyPasswordId(profile)
  const text = await stores.untilInterrupted(from.read(proxyPasswordId(profile)))
  return text === null ? [] : [channel]
}

async function moveOne(
  name: string,
  profile: Profile,
  from: Secrets,
  to: Secrets,
  stores: SecretStores,
): Promise<void> {
  const id = channelSecretId(profile, name)
  const text = await stores.untilInterrupted(from.read(id))
  if (text === null) return
  await stores.untilInterrupted(to.write(id, text))
  if ((await stores.untilInterrupted(to.read(id))) !== text)
    throw new AxisorError('no-credentials', `the ${to.kind} did not return what was stored in it`)
  if (to.kind !== from.kind) await stores.untilInterrupted(from.remove(id))
}
