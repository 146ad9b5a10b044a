import { findProfile, type Profile } from '../domain/profile.ts'
import type { Files } from '../ports/files.ts'
import { environmentSpeaks } from './credentials.ts'
import { readProfiles, requireProfile } from './profiles.ts'
import { asksForDemo, profileSaid, type Sources } from './settings.ts'

/**
 * Which profile counts: the one that was asked for; else, where a key is needed and the environment has none, the current one.
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
  if (!needsKey || (await environmentSpeaks(sources.env, files))) return null
  const profiles = await readProfiles(sources.env, files)
  return findProfile(profiles, profiles.current)
}
