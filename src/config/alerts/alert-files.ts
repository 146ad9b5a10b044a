import {
  ALERTS_FILE,
  type AlertSettings,
  CHANNELS_FILE,
  DEFAULT_ALERT_SETTINGS,
  NO_CHANNELS,
  type ProfileChannels,
} from '../../domain/alerts/settings.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Profile } from '../../domain/profile.ts'
import { xdgPath } from '../../domain/xdg.ts'
import type { Env } from '../../ports/env.ts'
import type { Files } from '../../ports/files.ts'
import type { ChannelsChange } from '../../wire/alerts/channels-file.ts'
import type { ConfigResult } from '../../wire/alerts/mistakes.ts'

// The parsers are loaded when there is a file: a start without one does not pay for them.

/** Name of the section of both files for a key of the environment, which has no profile. */
const ENV_SECTION = 'env'

/** Returns the name of the section of both files that applies. */
export function sectionOf(profile: Profile | null): string {
  return profile?.name ?? ENV_SECTION
}

/** A config file as found. */
interface ConfigText {
  readonly path: string
  readonly text: string
}

/** Returns the path of a config file, or null if HOME is not set. */
function pathOf(env: Env, name: string): string | null {
  return xdgPath(env, 'config', `axisor/${name}`)
}

/** @throws AxisorError config, if it cannot be read or is writable by other users, who could then silence alerts or redirect them */
async function readConfigText(env: Env, files: Files, name: string): Promise<ConfigText | null> {
  const path = pathOf(env, name)
  const found = path === null ? null : await files.read(path)
  if (path === null || found === null) return null
  if (found.othersMayWrite)
    throw new AxisorError('config', `${path} is writable by other users`, { hint: 'Run chmod go-w on it.' })
  return { path, text: found.text }
}

/** Both files as they are now, for comparison. Null if there is none; what keeps it from being read counts as its content. */
export interface AlertFileTexts {
  readonly alerts: string | null
  readonly channels: string | null
}

/** Reads both files without decoding them. */
export async function readAlertFileTexts(env: Env, files: Files): Promise<AlertFileTexts> {
  const textOf = async (name: string): Promise<string | null> => {
    try {
      return (await readConfigText(env, files, name))?.text ?? null
    } catch (error) {
      if (error instanceof AxisorError) return error.message
      throw error
    }
  }
  return { alerts: await textOf(ALERTS_FILE), channels: await textOf(CHANNELS_FILE) }
}

/** @throws AxisorError config with one line for each mistake */
function requireValid<T>(result: ConfigResult<T>, path: string): T {
  if (result.ok) return result.value
  const count = result.mistakes.length
  throw new AxisorError('config', `${count} ${count === 1 ? 'mistake' : 'mistakes'} in ${path}`, {
    lines: result.mistakes,
    hint: 'Correct the file, then run axisor alerts rules check.',
  })
}

/** Reads the channels of all profiles. @throws AxisorError config, with all mistakes of the file */
async function readAllChannels(env: Env, files: Files): Promise<ReadonlyMap<string, ProfileChannels>> {
  const found = await readConfigText(env, files, CHANNELS_FILE)
  if (found === null) return new Map()
  const { decodeChannelsFile } = await import('../../wire/alerts/channels-file.ts')
  return requireValid(decodeChannelsFile(found.text), found.path)
}

/**
 * Reads the channels of a section from `channels.json`. Returns none if there is no file. The file contains no secrets.
 * @throws AxisorError config, if it cannot be read, is writable by other users, or has mistakes, which are its `lines`
 */
export async function readChannels(env: Env, files: Files, section: string): Promise<ProfileChannels> {
  return (await readAllChannels(env, files)).get(section) ?? NO_CHANNELS
}

/**
 * Reads the effective rules of a section from `alerts.json`. Returns the defaults if there is no file. With `anyChannel` the names of channels are
 * not compared with `channels.json`.
 * @throws AxisorError config, as `readChannels`
 */
export async function readAlertSettings(
  env: Env,
  files: Files,
  section: string,
  { anyChannel = false }: { readonly anyChannel?: boolean } = {},
): Promise<AlertSettings> {
  const found = await readConfigText(env, files, ALERTS_FILE)
  if (found === null) return DEFAULT_ALERT_SETTINGS
  const channels = anyChannel ? null : await readAllChannels(env, files)
  const channelsOf = (profile: string): readonly string[] | null =>
    channels === null ? null : (channels.get(profile)?.channels.map(({ name }) => name) ?? [])
  const { decodeAlertsFile } = await import('../../wire/alerts/alerts-file.ts')
  return requireValid(decodeAlertsFile(found.text, { profile: section, channelsOf }), found.path)
}

/**
 * Changes `channels.json` under a file lock; comments of the user stay.
 * @throws AxisorError config, if it has mistakes or cannot be read or written; it is then unchanged
 */
export async function changeChannels(
  env: Env,
  files: Files,
  section: string,
  change: ChannelsChange,
): Promise<void> {
  const path = pathOf(env, CHANNELS_FILE)
  if (path === null)
    throw new AxisorError('config', 'no folder for channels.json: neither XDG_CONFIG_HOME nor HOME is set', {
      hint: 'Set HOME.',
    })
  const { decodeChannelsFile, editChannelsFile } = await import('../../wire/alerts/channels-file.ts')
  await files.locked(`${path}.lock`, async () => {
    const text = (await readConfigText(env, files, CHANNELS_FILE))?.text ?? ''
    requireValid(decodeChannelsFile(text), path)
    const changed = editChannelsFile(text, section, change)
    if (changed !== text) await files.writePrivate(path, changed)
  })
}
