import { readConfigFile } from '../../config/file.ts'
import { selectProfile } from '../../config/select-profile.ts'
import type { SettingFlags } from '../../config/setting-sources.ts'
import type { Profile } from '../../domain/profile.ts'
import type { CommandContext } from '../command-context.ts'
import { usedProfile } from '../secrets/identity.ts'

/**
 * Returns the profile that the flag names, else the one whose secret a watching command would use; null for a key or token in the
 * environment, whose channels have their secrets there too.
 * @throws AxisorError usage or config, for a profile that does not exist
 */
export async function alertProfile(
  { profile }: Pick<SettingFlags, 'profile'>,
  { env, files }: Pick<CommandContext, 'env' | 'files'>,
): Promise<Profile | null> {
  const file = await readConfigFile(env, files)
  const sources = { flags: { profile: profile ?? null }, env, file }
  const selected = await selectProfile(sources, files, true)
  if (profile != null) return selected
  const relayUrl = selected?.kind === 'relay' ? selected.relayUrl : null
  return usedProfile({ profile: selected, relayUrl }, { env, files })
}

/** Names the owner of channels in messages. */
export function ownerText(profile: Profile | null): string {
  return profile === null ? 'the key in the environment' : `profile ${profile.name}`
}
