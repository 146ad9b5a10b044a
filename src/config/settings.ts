import { AxisorError } from '../domain/error.ts'
import type { Network } from '../domain/picture.ts'
import type { DirectProfile, Profile } from '../domain/profile.ts'
import { apiBeside, LN_MARKETS, streamBeside } from './addresses.ts'
import { readSaid, type Said } from './origin.ts'
import { address, duration, oneOf, type Reader, yesOrNo } from './readers.ts'

/** How axisor runs: what flags, environment and config file together say. Holds no secret. */
export interface Settings {
  /** `demo`: the embedded simulated exchange. */
  readonly source: 'direct' | 'demo'
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

/** The one table of settings: their three names. Flags without an entry here belong to one command. */
const NAMES = {
  profile: { flag: 'profile', env: 'AXISOR_PROFILE', file: 'profile' },
  source: { flag: null, env: 'AXISOR_SOURCE', file: 'source' },
  network: { flag: 'network', env: 'AXISOR_NETWORK', file: 'network' },
  apiUrl: { flag: 'api-url', env: 'AXISOR_API_URL', file: 'apiUrl' },
  streamUrl: { flag: 'stream-url', env: 'AXISOR_STREAM_URL', file: 'streamUrl' },
  allowWriteKey: { flag: 'allow-write-key', env: 'AXISOR_ALLOW_WRITE_KEY', file: 'allowWriteKey' },
  interval: { flag: 'interval', env: 'AXISOR_INTERVAL', file: 'interval' },
  timeout: { flag: 'timeout', env: 'AXISOR_TIMEOUT', file: 'timeout' },
  palette: { flag: 'palette', env: 'AXISOR_PALETTE', file: 'palette' },
} as const

type SettingName = keyof typeof NAMES

function said(name: SettingName, { typed, env, file }: Sources): Said | null {
  const names = NAMES[name]
  const flag = names.flag === null ? undefined : typed[names.flag]
  if (flag !== undefined)
    return { text: flag === true ? 'true' : flag, origin: 'flag', place: `--${names.flag}` }
  const variable = env[names.env]
  // An empty variable is the usual way to take one back.
  if (variable !== undefined && variable !== '')
    return { text: variable, origin: 'environment', place: names.env }
  const value = file?.values[names.file]
  if (file && value !== undefined)
    return { text: value, origin: 'file', place: `${names.file} in ${file.path}` }
  return null
}

function read<T>(name: SettingName, reader: Reader<T>, sources: Sources): T | null {
  const found = said(name, sources)
  return found === null ? null : readSaid(found, reader)
}

function sourceOf(sources: Sources): Settings['source'] {
  const { demo, direct } = sources.typed
  if (demo && direct)
    throw new AxisorError('usage', '--demo and --direct exclude each other', {
      hint: 'Leave one of them out',
    })
  if (demo) {
    const other = ['profile', 'network', 'api-url', 'stream-url'].find(
      flag => sources.typed[flag] !== undefined,
    )
    if (other !== undefined)
      throw new AxisorError('usage', `--demo and --${other} exclude each other`, {
        hint: 'The simulated exchange of --demo has no address, and a key of its own',
      })
    return 'demo'
  }
  if (direct) return 'direct'
  return read('source', oneOf(['direct', 'demo'] as const), sources) ?? 'direct'
}

/** The profile that somebody asked for, and where; null when none was. It may not exist. */
export function profileSaid(sources: Sources): Said | null {
  return said('profile', sources)
}

/** True when the embedded simulated exchange is asked for, which has no profile. */
export function asksForDemo(sources: Sources): boolean {
  return sourceOf(sources) === 'demo'
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
