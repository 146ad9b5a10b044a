import { findProfile, type Profile } from '../domain/profile.ts'
import type { Files } from '../ports/files.ts'
import { hasEnvCredentials } from './credentials.ts'
import { readProfiles, requireProfile } from './profiles.ts'
import { findSetting, type SettingSources } from './setting-sources.ts'
import { relayUrlOf, requiresExchange, sourceOf } from './source-choice.ts'

/**
 * Selects the profile of a command: the one named by a setting; else the one of the requested relay; else, if a key is needed and
 * the environment has none, the current one. A current relay profile is also used by commands that need no key. Returns null if no
 * profile applies.
 * @throws AxisorError usage or config, for a profile that does not exist, or an unreadable profiles file
 */
export async function selectProfile(
  sources: SettingSources,
  files: Files,
  needsKey: boolean,
): Promise<Profile | null> {
  const source = sourceOf(sources)
  if (source === 'demo') return null
  const { env } = sources
  const requested = findSetting('profile', sources)
  if (requested !== null)
    return requireProfile(await readProfiles(env, files), requested.text, requested.place)
  if (source === 'relay') {
    const url = relayUrlOf(source, sources)
    const { all } = await readProfiles(env, files)
    return all.find(each => each.kind === 'relay' && each.relayUrl === url) ?? null
  }
  if (await hasEnvCredentials(env, files)) return null
  const profiles = await readProfiles(env, files)
  const current = findProfile(profiles, profiles.current)
  if (current?.kind === 'relay') return requiresExchange(sources) ? null : current
  return needsKey ? current : null
}
