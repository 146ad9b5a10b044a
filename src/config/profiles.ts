import { closestMatches } from '../domain/closest-match.ts'
import { AxisorError } from '../domain/error.ts'
import { findProfile, type Profile, type Profiles } from '../domain/profile.ts'
import { sanitize } from '../domain/sanitize.ts'
import { xdgPath } from '../domain/xdg.ts'
import type { Env } from '../ports/env.ts'
import type { Files } from '../ports/files.ts'
import { decodeProfiles, encodeProfiles } from '../wire/profiles-file.ts'
import { address, type Parser, relayAddress } from './parsers.ts'

const NONE: Profiles = { current: null, all: [] }

/**
 * Returns the folder of axisor's state files.
 * @throws AxisorError config, if neither XDG_STATE_HOME nor HOME is set
 */
export function stateFolder(env: Env): string {
  const path = xdgPath(env, 'state', 'axisor')
  if (path !== null) return path
  throw new AxisorError(
    'config',
    'no folder to remember anything in: neither XDG_STATE_HOME nor HOME is set',
    {
      hint: 'Set HOME.',
    },
  )
}

/** Returns what is wrong with a profile's address, or null. The rules of the flags apply, as the address decides where a key is sent. */
function badAddress(profile: Profile): string | null {
  const invalid = (what: string, text: string, parser: Parser<string>): string | null =>
    parser(text).ok
      ? null
      : `${what} of profile ${profile.name} is not an address that secrets may be sent to`
  if (profile.kind === 'relay') return invalid('relayUrl', profile.relayUrl, relayAddress)
  const { addresses } = profile
  if (addresses === null) return null
  return (
    invalid('apiUrl', addresses.apiUrl, address('https', 'http')) ??
    invalid('streamUrl', addresses.streamUrl, address('wss', 'ws'))
  )
}

/**
 * Reads all profiles. Returns none if there is no file. The file contains no secrets, but the addresses that secrets are sent to: a file
 * writable by other users is rejected.
 * @throws AxisorError config, if the file cannot be read, is invalid, or is writable by other users
 */
export async function readProfiles(env: Env, files: Files): Promise<Profiles> {
  const path = xdgPath(env, 'state', 'axisor/profiles.json')
  if (path === null) return NONE
  const found = await files.read(path)
  if (found === null) return NONE
  if (found.othersMayWrite)
    throw new AxisorError('config', `${path} is writable by other users`, { hint: 'Run chmod go-w on it.' })
  const decoded = decodeProfiles(found.text)
  const invalid = decoded.ok
    ? decoded.value.all.map(badAddress).find(each => each !== null)
    : decoded.fault.message
  if (decoded.ok && invalid === undefined) return decoded.value
  throw new AxisorError('config', `${path}: ${invalid}`, {
    hint: 'Correct the file, or move it away and log in again. The stored keys are kept.',
  })
}

/**
 * Updates the profiles under a file lock, so that concurrent changes are kept.
 * @throws AxisorError config, if the file cannot be read or written; it is then unchanged
 */
export async function changeProfiles(
  env: Env,
  files: Files,
  change: (profiles: Profiles) => Profiles,
): Promise<void> {
  const path = `${stateFolder(env)}/profiles.json`
  await files.locked(`${path}.lock`, async () => {
    await files.writePrivate(path, encodeProfiles(change(await readProfiles(env, files))))
  })
}

/**
 * Returns the profile of that name. `place` names the origin of the name in messages.
 * @throws AxisorError usage (a flag) or config, listing the existing profiles
 */
export function requireProfile(profiles: Profiles, name: string, place: string): Profile {
  const profile = findProfile(profiles, name)
  if (profile !== null) return profile
  const shown = sanitize(name, { asciiOnly: true, maxLength: 40 })
  const names = profiles.all.map(each => each.name)
  const near = closestMatches(name, names)
  const hint =
    names.length === 0
      ? 'Run axisor login.'
      : near.length > 0
        ? `Did you mean ${near.join(' or ')}?`
        : `Existing profiles: ${names.join(', ')}.`
  throw new AxisorError(place.startsWith('--') ? 'usage' : 'config', `${place}: no such profile: ${shown}`, {
    hint,
  })
}
