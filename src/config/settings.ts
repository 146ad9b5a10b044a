import { AxisorError } from '../domain/error.ts'
import type { Network } from '../domain/picture.ts'
import type { DirectProfile, Profile } from '../domain/profile.ts'
import { apiBeside, LN_MARKETS, streamBeside } from './addresses.ts'
import { readSaid, type Said } from './origin.ts'
import { address, duration, oneOf, type Reader, yesOrNo } from './readers.ts'
import { read, said } from './said.ts'
import { relayUrlOf, sourceOf, sourceSaid } from './source.ts'

/** How axisor runs: what flags, environment and config file together say. Holds no secret. */
export interface Settings {
  /** `demo`: the embedded simulated exchange. */
  readonly source: 'direct' | 'relay' | 'demo'
  /** Of the relay; null unless the source is one. */
  readonly relayUrl: string | null
  /** As the profile says, else mainnet unless said otherwise. */
  readonly network: Network
  /** With its base path: `https://api.lnmarkets.com/v3`; no slash at the end. */
  readonly apiUrl: string
  readonly streamUrl: string
  /** Whose key is used, unless the environment holds one; null: there is only the environment. */
  readonly profile: Profile | null
  /** Accept a key that may do more than read. */
  readonly allowWriteKey: boolean
  /** Between two documents of `watch --json`. */
  readonly intervalMs: number
  /** How long a command that prints once waits for the first complete picture. */
  readonly timeoutMs: number
  /** Of the dashboard; `colour-blind` is blue and orange. */
  readonly palette: 'default' | 'colour-blind'
}

/** The texts of the flags that were typed, by their name without dashes; a flag without a value is `true`. */
export type Typed = Readonly<Record<string, string | true | undefined>>

/** What the config file says, all as text, by the names of the file; and where it is. */
export interface ConfigFile {
  readonly path: string
  readonly values: Readonly<Record<string, string | undefined>>
}

/** All that settings are made of, strongest first. */
export interface Sources {
  readonly typed: Typed
  readonly env: Readonly<Record<string, string | undefined>>
  readonly file: ConfigFile | null
  /** The profile that was chosen: its network and addresses are then given, and whatever contradicts them is an error. */
  readonly profile?: Profile | null
}

/** The profile that somebody asked for, and where; null when none was. It may not exist. */
export function profileSaid(sources: Sources): Said | null {
  return said('profile', sources)
}

/** True when the embedded simulated exchange is asked for, which has no profile. */
export function asksForDemo(sources: Sources): boolean {
  return sourceSaid(sources) === 'demo'
}

/**
 * What is said beside a profile must agree with it: a key never meets another network, or another address, than the one that it
 * was proved at.
 */
function agreed(
  name: 'network' | 'apiUrl' | 'streamUrl',
  reader: Reader<string>,
  its: string,
  sources: Sources,
): void {
  const found = said(name, sources)
  if (found === null || readSaid(found, reader) === its) return
  const { name: profile } = sources.profile ?? { name: '' }
  throw new AxisorError(
    found.origin === 'flag' ? 'usage' : 'config',
    `${found.place} contradicts profile ${profile}, which is for ${its}`,
    { hint: 'Log in there under another name, or choose one with --profile; axisor profiles lists them.' },
  )
}

function ofProfile(
  profile: DirectProfile,
  sources: Sources,
): Pick<Settings, 'network' | 'apiUrl' | 'streamUrl'> {
  const { network } = profile
  agreed('network', oneOf(['mainnet', 'signet'] as const), network, sources)
  const { apiUrl, streamUrl } = profile.addresses ?? LN_MARKETS[network === 'signet' ? 'signet' : 'mainnet']
  agreed('apiUrl', address('https', 'http'), apiUrl, sources)
  agreed('streamUrl', address('wss', 'ws'), streamUrl, sources)
  return { network, apiUrl, streamUrl }
}

function addressesOf(
  network: 'mainnet' | 'signet',
  sources: Sources,
): Pick<Settings, 'apiUrl' | 'streamUrl'> {
  const apiUrl = read('apiUrl', address('https', 'http'), sources)
  const streamUrl = read('streamUrl', address('wss', 'ws'), sources)
  if (apiUrl === null && streamUrl === null) return LN_MARKETS[network]
  return {
    apiUrl: apiUrl ?? apiBeside(streamUrl ?? ''),
    streamUrl: streamUrl ?? streamBeside(apiUrl ?? ''),
  }
}

/**
 * Flag before environment before config file before default.
 * @throws AxisorError usage or config, naming the origin of the bad value
 */
export function resolveSettings(sources: Sources): Settings {
  const { profile = null } = sources
  const source = sourceOf(sources)
  const target = profile?.kind === 'direct' ? ofProfile(profile, sources) : targetOf(sources)
  return Object.freeze({
    source,
    relayUrl: relayUrlOf(source, sources),
    ...target,
    profile,
    allowWriteKey: read('allowWriteKey', yesOrNo, sources) ?? false,
    intervalMs: read('interval', duration(100, 3_600_000), sources) ?? 1_000,
    timeoutMs: read('timeout', duration(100, 600_000), sources) ?? 10_000,
    palette: read('palette', oneOf(['default', 'colour-blind'] as const), sources) ?? 'default',
  })
}

function targetOf(sources: Sources): Pick<Settings, 'network' | 'apiUrl' | 'streamUrl'> {
  const network = read('network', oneOf(['mainnet', 'signet'] as const), sources) ?? 'mainnet'
  return { network, ...addressesOf(network, sources) }
}
