import { readChannels, sectionOf } from '../../config/alerts/alert-files.ts'
import type { Channel, ChannelConfig } from '../../domain/alerts/channel.ts'
import { HEARTBEAT } from '../../domain/alerts/channel-fields.ts'
import { channelSecretFault, hasSecret, secretUrlFault } from '../../domain/alerts/channel-secret.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Profile } from '../../domain/profile.ts'
import { Secret } from '../../domain/secret.ts'
import type { IdentitySettings } from '../secrets/identity.ts'
import { type SecretContext, type SecretStores, withStores } from '../secrets/secret-stores.ts'
import type { SourceSettings } from '../source-settings.ts'
import { findChannelSecret, missingSecretText } from './channel-secrets.ts'

/** The settings that select what a host sends, and for which user of a relay. */
export type HostIdentity = IdentitySettings & Pick<SourceSettings, 'relayUser'>

/** A channel that cannot be used, and why, in one line without a secret. */
interface ChannelProblem {
  readonly name: string
  readonly why: string
}

/** The channels of a profile that can be used, and those that cannot. */
export interface OpenedChannels {
  readonly channels: readonly Channel[]
  readonly problems: readonly ChannelProblem[]
}

/**
 * Opens the channels of a profile (null: of a key in the environment) with their secrets. A channel whose secret is missing or invalid
 * is a problem and does not stop the others. May prompt for a passphrase or unlock a keyring, so it must precede anything that draws.
 * `known`: channels that were opened before; one whose secret cannot be read now keeps the secret that it had.
 * @throws AxisorError config, for mistakes in channels.json; InterruptedError
 */
export async function openChannels(
  settings: IdentitySettings,
  context: SecretContext,
  known: readonly Channel[] = [],
): Promise<OpenedChannels> {
  const { profile } = settings
  const configs = (await readChannels(context.env, context.files, sectionOf(profile))).channels
  return withStores(settings, context, async stores => {
    const channels: Channel[] = []
    const problems: ChannelProblem[] = []
    // One after the other: the first may prompt for the passphrase of all.
    for (const config of configs) {
      const opened = await openChannel(config, profile, stores, context, known)
      if (typeof opened === 'string') problems.push({ name: config.name, why: opened })
      else channels.push(opened)
    }
    return { channels, problems }
  })
}

/** Returns the channel with its secret, or why it cannot be used. @throws InterruptedError */
async function openChannel(
  config: ChannelConfig,
  profile: Profile | null,
  stores: SecretStores,
  context: SecretContext,
  known: readonly Channel[],
): Promise<Channel | string> {
  const { name, settings } = config
  // A mail server without a user needs no password, yet its channel has a secret in the port: the empty one.
  if (!hasSecret(settings)) return { ...config, secret: settings.type === 'smtp' ? new Secret('') : null }
  const earlier = known.find(each => each.name === name && each.settings.type === settings.type)
  const secret = await secretOrReason(name, profile, stores, context, earlier?.secret ?? null)
  if (typeof secret === 'string') return secret
  const fault = channelSecretFault(settings.type, secret.reveal())
  return fault ?? { ...config, secret }
}

async function secretOrReason(
  name: string,
  profile: Profile | null,
  stores: SecretStores,
  context: SecretContext,
  earlier: Secret | null,
): Promise<Secret | string> {
  try {
    const found = await findChannelSecret(name, profile, stores, context)
    return found?.secret ?? missingSecretText(name, profile)
  } catch (error) {
    if (error instanceof AxisorError) return earlier ?? error.message
    throw error
  }
}

/** The heartbeat URL, or why it cannot be used; both are null if none was set. */
export interface OpenedHeartbeat {
  readonly url: Secret | null
  readonly problem: string | null
}

/** What a heartbeat URL has in place of the user of a relay who is watched. */
export const USER_IN_URL = '{user}'

/** The URL for the account that is watched: of several users, one that lives must not hide that another is no longer watched. */
function urlForUser(url: Secret, user: string | null): OpenedHeartbeat {
  const text = url.reveal()
  if (text.includes(USER_IN_URL) === (user !== null))
    return { url: user === null ? url : new Secret(text.replaceAll(USER_IN_URL, user)), problem: null }
  const why =
    user === null
      ? `its URL has ${USER_IN_URL}, but no user is named with --user`
      : `not sent for ${user}, since its URL would be the same for every --user: add ${USER_IN_URL} to it`
  return { url: null, problem: why }
}

/**
 * Opens the heartbeat URL of a profile (null: of a key in the environment) for the user of a relay, as `openChannels`.
 * @throws AxisorError config, for mistakes in channels.json; InterruptedError
 */
export async function openHeartbeat(
  settings: HostIdentity,
  context: SecretContext,
  known: Secret | null = null,
): Promise<OpenedHeartbeat> {
  const { profile, relayUser } = settings
  const { hasHeartbeat } = await readChannels(context.env, context.files, sectionOf(profile))
  return withStores(settings, context, async stores => {
    try {
      // Without a stored one only the environment is read: a keyring would be unlocked for nothing.
      const found = await findChannelSecret(HEARTBEAT, hasHeartbeat ? profile : null, stores, context)
      if (found === null)
        return { url: null, problem: hasHeartbeat ? missingSecretText(HEARTBEAT, profile) : null }
      const fault = secretUrlFault(found.secret.reveal())
      return fault === null ? urlForUser(found.secret, relayUser) : { url: null, problem: `its URL ${fault}` }
    } catch (error) {
      if (error instanceof AxisorError)
        return known === null ? { url: null, problem: error.message } : { url: known, problem: null }
      throw error
    }
  })
}
