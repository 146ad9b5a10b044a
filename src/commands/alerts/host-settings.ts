import type { HostSettings } from '../../alerts/host/delivering-host-deps.ts'
import { readAlertSettings, readChannels, sectionOf } from '../../config/alerts/alert-files.ts'
import type { Channel } from '../../domain/alerts/channel.ts'
import type { AlertSettings } from '../../domain/alerts/settings.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Secret } from '../../domain/secret.ts'
import type { SecretContext } from '../secrets/secret-stores.ts'
import { type HostIdentity, openChannels, openHeartbeat } from './open-channels.ts'

/** The channels of a host with their secrets, and what is wrong with them, one line each. */
interface LoadedChannels {
  readonly channels: readonly Channel[]
  /** Names of the channels that can't be used. */
  readonly unusable: readonly string[]
  readonly heartbeatUrl: Secret | null
  readonly problems: readonly string[]
}

/** The settings of a host as loaded from its files. */
export interface LoadedSettings {
  readonly rules: AlertSettings
  readonly delivery: LoadedChannels
  /** Mistakes of files that were changed while the host runs. */
  readonly mistakes: readonly string[]
}

/** Loads the settings of a host. May prompt for a passphrase. @throws AxisorError config, for mistakes in a file; InterruptedError */
export async function loadSettings(identity: HostIdentity, context: SecretContext): Promise<LoadedSettings> {
  const rules = await readAlertSettings(context.env, context.files, sectionOf(identity.profile))
  return { rules, delivery: await loadChannels(identity, context, null), mistakes: [] }
}

/**
 * Loads the settings again. What has mistakes stays as it was, and `mistakes` has the first of each file, also of a file that has not
 * changed. Secrets are read only with `readsChannels`; one that cannot be read now stays as it was. @throws InterruptedError
 */
export async function reloadSettings(
  before: LoadedSettings,
  readsChannels: boolean,
  identity: HostIdentity,
  context: SecretContext,
): Promise<LoadedSettings> {
  const { env, files } = context
  const section = sectionOf(identity.profile)
  const channels = await attempt(readChannels(env, files, section))
  // The names of the channels are unknown while their file has a mistake: that hides no mistake of the rules.
  const anyChannel = channels.mistake !== null
  const rules = await attempt(readAlertSettings(env, files, section, { anyChannel }))
  const delivery =
    readsChannels && channels.mistake === null
      ? await attempt(loadChannels(identity, context, before.delivery))
      : { value: null, mistake: channels.mistake }
  const mistakes = [rules.mistake, delivery.mistake].filter(each => each !== null)
  return { rules: rules.value ?? before.rules, delivery: delivery.value ?? before.delivery, mistakes }
}

/** Returns what was loaded, or its first mistake. */
async function attempt<T>(
  load: Promise<T>,
): Promise<{ readonly value: T | null; readonly mistake: string | null }> {
  try {
    return { value: await load, mistake: null }
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    return { value: null, mistake: `${error.lines[0] ?? error.message}; the earlier settings apply` }
  }
}

/** Returns what a host needs of its settings. */
export function hostSettingsOf({ rules, delivery, mistakes }: LoadedSettings): HostSettings {
  const { heartbeatUrl: url, problems } = delivery
  const { heartbeatMs: everyMs } = rules
  return {
    rules: rules.rules,
    heartbeat: url === null || everyMs === null ? null : { url, everyMs },
    problems: [...mistakes, ...problems],
  }
}

async function loadChannels(
  identity: HostIdentity,
  context: SecretContext,
  before: LoadedChannels | null,
): Promise<LoadedChannels> {
  const { channels, problems } = await openChannels(identity, context, before?.channels)
  const { url, problem } = await openHeartbeat(identity, context, before?.heartbeatUrl)
  return {
    channels,
    unusable: problems.map(({ name }) => name),
    heartbeatUrl: url,
    problems: [
      ...problems.map(({ name, why }) => `channel ${name}: ${why}`),
      ...(problem === null ? [] : [`heartbeat: ${problem}`]),
    ],
  }
}
