import { findProfile, type Profile } from '../domain/profile.ts'
import type { Files } from '../ports/files.ts'
import { environmentSpeaks, relayTokenFrom } from './credentials.ts'
import { readProfiles, requireProfile } from './profiles.ts'
import { asksForDemo, profileSaid, type Sources } from './settings.ts'
import { isSameRelay, relayUrlOf, sourceSaid } from './source.ts'

/**
 * Which profile counts: the one that was asked for; else that of the relay that was; else, where a key is needed and the environment
 * has none, the current one.
 * @throws AxisorError usage or config, for one that there is not, or a profiles file that can't be read
 */
export async function chosenProfile(
  sources: Sources,
  files: Files,
  needsKey: boolean,
): Promise<Profile | null> {
  if (asksForDemo(sources)) return null
  const said = profileSaid(sources)
  if (said !== null) return requireProfile(await readProfiles(sources.env, files), said.text, said.place)
  const source = sourceSaid(sources)
  if (source === 'relay') return ofRelay(relayUrlOf(source, sources), sources, files)
  if (!needsKey || (await environmentSpeaks(sources.env, files))) return null
  const profiles = await readProfiles(sources.env, files)
  const current = findProfile(profiles, profiles.current)
  return source === null || current?.kind === source ? current : null
}

/** The profile that holds the token for a relay, unless the environment has one. */
async function ofRelay(url: string | null, sources: Sources, files: Files): Promise<Profile | null> {
  if (url === null || (await relayTokenFrom(sources.env, files)) !== null) return null
  const { all } = await readProfiles(sources.env, files)
  return all.find(profile => profile.kind === 'relay' && isSameRelay(profile.relayUrl, url)) ?? null
}
