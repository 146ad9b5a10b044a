import type { HostSettings } from '../../alerts/host/delivering-host-deps.ts'
import { readAlertSettings, sectionOf } from '../../config/alerts/alert-files.ts'
import type { Channel } from '../../domain/alerts/channel.ts'
import type { AlertSettings } from '../../domain/alerts/settings.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Secret } from '../../domain/secret.ts'
import type { IdentitySettings } from '../secrets/identity.ts'
import type { SecretContext } from '../secrets/secret-stores.ts'
import { openChannels, openHeartbeat } from './open-channels.ts'

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
export async function loadSettings(
  identity: IdentitySettings,
  context: SecretContext,
): Promise<LoadedSettings> {
  const rules = await readAlertSettings(context.env, context.files, sectionOf(identity.profile))
  return { rules, delivery: await loadChannels(identity, context, null), mistakes: [] }
}

/**
 * Loads the settings again. What has mistakes stays as it was, and `mistakes` has the first of each file. Secrets are read only with
 * `readsChannels`; one that cannot be read now stays as it was. @throws InterruptedError
 */
export async function reloadSettings(
  before: LoadedSettings,
  readsChannels: boolean,
  identity: IdentitySettings,
  context: SecretContext,
): Promise<LoadedSettings> {
  const mistakes = new Set<string>()
  const keepIfWrong = async <T>(load: Promise<T>, earlier: T): Promise<T> => {
    try {
      return await load
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      mistakes.add(`${error.lines[0] ?? error.message}; the earlier settings apply`)
      return earlier
    }
  }
  const section = sectionOf(identity.profile)
  const rules = await keepIfWrong(readAlertSettings(context.env, context.files, section), before.rules)
  const delivery = readsChannels
    ? await keepIfWrong(loadChannels(identity, context, before.delivery), before.delivery)
    : before.delivery
  return { rules, delivery, mistakes: [...mistakes] }
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
  identity: IdentitySettings,
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
