import type { KeyPermissions } from './account.ts'
import type { Network } from './snapshot.ts'

/** Where the secret of a profile is stored. `env`: not stored, read from the environment on each run. */
export type ProfileStore = 'keychain' | 'vault' | 'env'

interface ProfileBase {
  readonly name: string
  readonly store: ProfileStore
  /** The secret is also protected by a passphrase, though the store would not need one. */
  readonly requirePassphrase: boolean
}

/** A profile for an account on the exchange. */
export interface DirectProfile extends ProfileBase {
  readonly kind: 'direct'
  readonly network: Network
  /** Null: the default addresses of the network. The key is sent to these addresses only. */
  readonly addresses: { readonly apiUrl: string; readonly streamUrl: string } | null
  /** Permissions of the key at the last verification. Null if not verified, or if the list was unreadable. */
  readonly permissions: readonly string[] | null
  /** When the exchange last reported the permissions, ms since 1970; null if not verified: the exchange has accepted the key over REST only. */
  readonly verifiedAt: number | null
  /** When the exchange accepted the key at login, over REST or the stream; null if unknown. */
  readonly acceptedAt: number | null
}

/** A profile for a relay. */
export interface RelayProfile extends ProfileBase {
  readonly kind: 'relay'
  readonly relayUrl: string
  readonly verifiedAt: number
}

/** A named source with its own secret. */
export type Profile = DirectProfile | RelayProfile

/** All profiles of a user, in order of creation; `current` is the default. */
export interface Profiles {
  readonly current: string | null
  readonly all: readonly Profile[]
}

/** Returns the permissions at the last verification, or null if not verified. */
export function verifiedPermissions({ permissions, verifiedAt }: DirectProfile): KeyPermissions | null {
  return verifiedAt === null ? null : { permissions }
}

/** Describes valid names. They become parts of file names, hence lower case only. */
export const PROFILE_NAME = 'a name of up to 32 lower-case letters, digits, dots, dashes and underscores'

/** Shown on the screen in place of a profile's name if there is no profile. */
const RESERVED = new Set(['env', 'demo'])

/** Returns true for a valid profile name. */
export function isProfileName(text: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,31}$/.test(text) && !RESERVED.has(text)
}

/** Returns the profile with this name, or null if there is none. */
export function findProfile({ all }: Profiles, name: string | null): Profile | null {
  return all.find(profile => profile.name === name) ?? null
}

/** Returns the profiles with one added or replaced; the first one becomes current. */
export function withProfile(profiles: Profiles, profile: Profile): Profiles {
  const isKnown = findProfile(profiles, profile.name) !== null
  return {
    current: profiles.current ?? profile.name,
    all: isKnown
      ? profiles.all.map(each => (each.name === profile.name ? profile : each))
      : [...profiles.all, profile],
  }
}

/** Returns the profiles without one. If it was current, the last remaining one becomes current; of several, none does. */
export function withoutProfile(profiles: Profiles, name: string): Profiles {
  const all = profiles.all.filter(profile => profile.name !== name)
  const [only, ...more] = all
  const next = only !== undefined && more.length === 0 ? only.name : null
  return { current: profiles.current === name ? next : profiles.current, all }
}

/** Returns the network or, for a relay, `relay`: part of the id of a stored secret. */
export function networkOf(profile: Profile): Network | 'relay' {
  return profile.kind === 'relay' ? 'relay' : profile.network
}
