import type { Network } from './snapshot.ts'

/** Where the secret of a profile is kept. `env`: nowhere; it must be in the environment each time. */
export type ProfileStore = 'keychain' | 'vault' | 'env'

interface ProfileBase {
  readonly name: string
  readonly store: ProfileStore
  /** A passphrase is needed too, though the store would open without one. */
  readonly requirePassphrase: boolean
}

/** An account on the exchange: which one, and where its key is. */
export interface DirectProfile extends ProfileBase {
  readonly kind: 'direct'
  readonly network: Network
  /** Null: the network's own addresses. The key is never sent anywhere else. */
  readonly addresses: { readonly apiUrl: string; readonly streamUrl: string } | null
  /** What the exchange last said the key may do, and when (ms since 1970). */
  readonly permissions: readonly string[]
  readonly provenAt: number
}

/** A relay, and where its token is. */
export interface RelayProfile extends ProfileBase {
  readonly kind: 'relay'
  readonly relayUrl: string
  readonly provenAt: number
}

/** A name for a source with its own secret. */
export type Profile = DirectProfile | RelayProfile

/** All profiles of a user in the order in which they were made; `current` is used when none is named. */
export interface Profiles {
  readonly current: string | null
  readonly all: readonly Profile[]
}

/** What a name may be: it becomes part of file names, so it is the same in upper and lower case. */
export const PROFILE_NAME = 'a name of up to 32 lower-case letters, digits, dots, dashes and underscores'

/** What the screen says instead of a profile's name when there is no profile. */
const RESERVED = new Set(['env', 'demo'])

/** True for a name that a profile may have. */
export function isProfileName(text: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,31}$/.test(text) && !RESERVED.has(text)
}

/** The profile of that name; null when there is none. */
export function findProfile({ all }: Profiles, name: string | null): Profile | null {
  return all.find(profile => profile.name === name) ?? null
}

/** With a profile of that name replaced or added; the first one becomes current. */
export function withProfile(profiles: Profiles, profile: Profile): Profiles {
  const isKnown = findProfile(profiles, profile.name) !== null
  return {
    current: profiles.current ?? profile.name,
    all: isKnown
      ? profiles.all.map(each => (each.name === profile.name ? profile : each))
      : [...profiles.all, profile],
  }
}

/** Without the profile of that name. If it was current, the only one that is left becomes so; of several none does. */
export function withoutProfile(profiles: Profiles, name: string): Profiles {
  const all = profiles.all.filter(profile => profile.name !== name)
  const [only, ...more] = all
  const next = only !== undefined && more.length === 0 ? only.name : null
  return { current: profiles.current === name ? next : profiles.current, all }
}

/** The network or, for a relay, `relay`: what a stored secret is bound to. */
export function networkOf(profile: Profile): Network | 'relay' {
  return profile.kind === 'relay' ? 'relay' : profile.network
}
