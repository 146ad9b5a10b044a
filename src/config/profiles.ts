import { closestMatches } from '../domain/closest-match.ts'
import { AxisorError } from '../domain/error.ts'
import { findProfile, type Profile, type Profiles } from '../domain/profile.ts'
import { sanitize } from '../domain/sanitize.ts'
import type { Env } from '../ports/env.ts'
import type { Files } from '../ports/files.ts'
import { decodeProfiles, encodeProfiles } from '../wire/profiles-file.ts'
import { address, type Parser, relayAddress } from './parsers.ts'

const NONE: Profiles = { current: null, all: [] }

/**
 * The folder of what axisor remembers.
 * @throws AxisorError config, when the environment names no home
 */
export function stateFolder({ XDG_STATE_HOME: xdg, HOME: home }: Env): string {
  if (xdg?.startsWith('/')) return `${xdg.replace(/\/+$/, '')}/axisor`
  if (home?.startsWith('/')) return `${home.replace(/\/+$/, '')}/.local/state/axisor`
  throw new AxisorError(
    'config',
    'no folder to remember anything in: neither XDG_STATE_HOME nor HOME is set',
    {
      hint: 'Set HOME.',
    },
  )
}

/** An address in the file decides where a key is sent: the rules of the flags hold for it too. */
function badAddress(profile: Profile): string | null {
  const wrong = (what: string, text: string, reader: Parser<string>): string | null =>
    reader(text).ok
      ? null
      : `${what} of profile ${profile.name} is not an address that a secret may be sent to`
  if (profile.kind === 'relay') return wrong('relayUrl', profile.relayUrl, relayAddress)
  const { addresses } = profile
  if (addresses === null) return null
  return (
    wrong('apiUrl', addresses.apiUrl, address('https', 'http')) ??
    wrong('streamUrl', addresses.streamUrl, address('wss', 'ws'))
  )
}

/**
 * All profiles; none when there is no file. It holds no secret, but the addresses that secrets are sent to: one that others may
 * write is refused.
 * @throws AxisorError config, when the file can't be read, is not what it should be, or others may write it
 */
export async function readProfiles(env: Env, files: Files): Promise<Profiles> {
  if (!env.XDG_STATE_HOME?.startsWith('/') && !env.HOME?.startsWith('/')) return NONE
  const path = `${stateFolder(env)}/profiles.json`
  const found = await files.read(path)
  if (found === null) return NONE
  if (found.othersMayWrite)
    throw new AxisorError('config', `${path} may be written by others`, { hint: 'Run chmod go-w on it.' })
  const decoded = decodeProfiles(found.text)
  const wrong = decoded.ok
    ? decoded.value.all.map(badAddress).find(each => each !== null)
    : decoded.fault.message
  if (decoded.ok && wrong === undefined) return decoded.value
  throw new AxisorError('config', `${path}: ${wrong}`, {
    hint: 'Correct the file, or move it away and log in again; the keys stay where they are.',
  })
}

/**
 * Changes the profiles, on top of what others may have changed meanwhile.
 * @throws AxisorError config, as above, and when the file can't be written: then it is as it was
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
 * The profile of that name.
 * @throws AxisorError config, saying which ones there are
 */
export function requireProfile(profiles: Profiles, name: string, saidBy: string): Profile {
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
        : `There are ${names.join(', ')}.`
  throw new AxisorError(saidBy.startsWith('--') ? 'usage' : 'config', `${saidBy}: no profile ${shown}`, {
    hint,
  })
}
