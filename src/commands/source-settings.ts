import { readConfigFile } from '../config/file.ts'
import { selectProfile } from '../config/select-profile.ts'
import type { SettingFlags } from '../config/setting-sources.ts'
import { resolveSettings, type Settings } from '../config/settings.ts'
import type { CommandContext } from './command-context.ts'

/** Flags that select a source, some of which override a setting. */
export interface SourceFlags extends SettingFlags {
  readonly passphraseFd?: number | null
  readonly scenario?: string | null
}

/** The settings of a command that reads from a source. */
export interface SourceSettings extends Settings {
  /** The descriptor that the passphrase of the vault is read from; null if the flag is absent. */
  readonly passphraseFd: number | null
  /** The name of the scenario of the demo's exchange; null for the default. */
  readonly scenario: string | null
}

/**
 * Resolves the settings of a command: flags, environment, config file and, if a key is needed and the environment has none, the
 * current profile.
 * @throws AxisorError usage or config
 */
export async function sourceSettings(
  flags: SourceFlags,
  { env, files }: Pick<CommandContext, 'env' | 'files'>,
  needsKey = true,
): Promise<SourceSettings> {
  const file = await readConfigFile(env, files)
  const profile = await selectProfile({ flags, env, file }, files, needsKey)
  const settings = resolveSettings({ flags, env, file, profile })
  return { ...settings, passphraseFd: flags.passphraseFd ?? null, scenario: flags.scenario ?? null }
}

/** Names an account for people: an identity, such as a profile, and the user of a relay if one is named. */
export function accountLabel(identity: string, { relayUser }: Pick<Settings, 'relayUser'>): string {
  return relayUser === null ? identity : `${identity}/${relayUser}`
}
