import { findProfile, type Profile } from '../domain/profile.ts'
import type { Files } from '../ports/files.ts'
import { hasEnvCredentials } from './credentials.ts'
import { readProfiles, requireProfile } from './profiles.ts'
import { findSetting, type SettingSources } from './setting-sources.ts'
import { relayUrlOf, requiresExchange, sourceOf } from './source-choice.ts'

/**
 * Which profile counts: the one that was asked for; else that of the relay that was asked for; else, where a key is needed and the
 * environment has none, the current one. A relay that is current is used by commands that need no key too.
 * @throws AxisorError usage or config, for one that there is not, or a profiles file that can't be read
 */
export async function selectProfile(
  sources: SettingSources,
  files: Files,
  needsKey: boolean,
): Promise<Profile | null> {
  const source = sourceOf(sources)
  if (source === 'demo') return null
  const { env } = sources
  const asked = findSetting('profile', sources)
  if (asked !== null) return requireProfile(await readProfiles(env, files), asked.text, asked.place)
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
