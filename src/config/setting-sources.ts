import type { Profile } from '../domain/profile.ts'
import type { Env } from '../ports/env.ts'
import type { Parser } from './parsers.ts'
import { parseSetting, type RawSetting } from './raw-setting.ts'

/** Flags that override settings, by the names of the settings; null, false or undefined if absent. */
export type SettingFlags = { readonly [Name in SettingName]?: string | boolean | null } & {
  /** `--demo` and `--direct` select the source. */
  readonly demo?: boolean
  readonly direct?: boolean
}

/** Settings of the config file as text, by their names in the file, such as `network` or `colors.loss`, and its path. */
export interface ConfigFile {
  readonly path: string
  readonly values: Readonly<Record<string, string | undefined>>
}

/** The sources of settings, highest precedence first. */
export interface SettingSources {
  readonly flags: SettingFlags
  readonly env: Env
  readonly file: ConfigFile | null
  /** The selected profile. It fixes network and addresses: a setting that contradicts them is an error. */
  readonly profile?: Profile | null
}

/** The three names of each setting. Flags that are not listed belong to one command. */
const NAMES = {
  profile: { flag: 'profile', env: 'AXISOR_PROFILE', file: 'profile' },
  source: { flag: null, env: 'AXISOR_SOURCE', file: 'source' },
  relayUrl: { flag: 'relay', env: 'AXISOR_RELAY_URL', file: 'relayUrl' },
  relayUser: { flag: 'user', env: 'AXISOR_RELAY_USER', file: 'relayUser' },
  network: { flag: 'network', env: 'AXISOR_NETWORK', file: 'network' },
  apiUrl: { flag: 'api-url', env: 'AXISOR_API_URL', file: 'apiUrl' },
  streamUrl: { flag: 'stream-url', env: 'AXISOR_STREAM_URL', file: 'streamUrl' },
  allowWriteKey: { flag: 'allow-write-key', env: 'AXISOR_ALLOW_WRITE_KEY', file: 'allowWriteKey' },
  interval: { flag: 'interval', env: 'AXISOR_INTERVAL', file: 'interval' },
  timeout: { flag: 'timeout', env: 'AXISOR_TIMEOUT', file: 'timeout' },
  theme: { flag: 'theme', env: 'AXISOR_THEME', file: 'theme' },
  noMouse: { flag: 'no-mouse', env: 'AXISOR_NO_MOUSE', file: 'noMouse' },
  lang: { flag: 'lang', env: 'AXISOR_LANG', file: 'lang' },
  numberFormat: { flag: 'number-format', env: 'AXISOR_NUMBER_FORMAT', file: 'numberFormat' },
  proxy: { flag: 'proxy', env: 'AXISOR_PROXY', file: 'proxy' },
} as const

export type SettingName = keyof typeof NAMES

/** Returns the flag of a setting, with its dashes. */
export function settingFlag(name: Exclude<SettingName, 'source'>): string {
  return `--${NAMES[name].flag}`
}

/** Returns the raw value of a setting from the source with the highest precedence, or null if unset. */
export function findSetting(name: SettingName, { flags, env, file }: SettingSources): RawSetting | null {
  const names = NAMES[name]
  const flag = flags[name] ?? false
  if (flag !== false) return { text: flag === true ? 'true' : flag, origin: 'flag', place: `--${names.flag}` }
  const variable = env[names.env]
  // An empty variable counts as unset, as is usual in shells.
  if (variable !== undefined && variable !== '')
    return { text: variable, origin: 'environment', place: names.env }
  const value = file?.values[names.file]
  if (file && value !== undefined)
    return { text: value, origin: 'file', place: `${names.file} in ${file.path}` }
  return null
}

/** Returns the parsed value of a setting, or null if unset. @throws AxisorError usage or config, naming the origin of an invalid value */
export function readSetting<T>(name: SettingName, parser: Parser<T>, sources: SettingSources): T | null {
  const found = findSetting(name, sources)
  return found === null ? null : parseSetting(found, parser)
}
