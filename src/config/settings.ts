import { AxisorError } from '../domain/error.ts'
import { apiBeside, LN_MARKETS, streamBeside } from './addresses.ts'
import { readSaid, type Said } from './origin.ts'
import { address, duration, oneOf, type Reader, relayAddress, yesOrNo } from './readers.ts'

/** How axisor runs: what flags, environment and config file together say. Holds no secret. */
export interface Settings {
  /** `demo`: the embedded simulated exchange. */
  readonly source: 'direct' | 'relay' | 'demo'
  /** Of the relay; null unless the source is one. */
  readonly relayUrl: string | null
  readonly network: 'mainnet' | 'signet'
  /** With its base path: `https://api.lnmarkets.com/v3`; no slash at the end. */
  readonly apiUrl: string
  readonly streamUrl: string
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
}

/** The one table of settings: their three names. Flags without an entry here belong to one command. */
const NAMES = {
  source: { flag: null, env: 'AXISOR_SOURCE', file: 'source' },
  relayUrl: { flag: 'relay', env: 'AXISOR_RELAY_URL', file: 'relayUrl' },
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

/** Flags that choose a source, and those that only make sense beside none of them, or one. */
const CHOICES = ['demo', 'direct', 'relay'] as const
const OF_AN_EXCHANGE = ['network', 'api-url', 'stream-url']

function excluded(a: string, b: string, hint: string): AxisorError {
  return new AxisorError('usage', `--${a} and --${b} exclude each other`, { hint })
}

/** The flag that chooses a source; null when none was typed. */
function chosen({ typed }: Sources): Settings['source'] | null {
  const [one, other] = CHOICES.filter(flag => typed[flag] !== undefined)
  if (one === undefined) return null
  if (other !== undefined) throw excluded(one, other, 'Leave one of them out')
  const unfit = OF_AN_EXCHANGE.find(flag => typed[flag] !== undefined)
  if (one === 'demo' && unfit !== undefined)
    throw excluded(one, unfit, 'The simulated exchange of --demo has no address')
  if (one === 'relay' && unfit !== undefined)
    throw excluded(one, unfit, 'The relay knows which exchange it watches')
  return one
}

/** What was typed for an exchange is meant for one; else the source that was said, else a relay whose address was. */
function sourceOf(sources: Sources): Settings['source'] {
  const typed = chosen(sources)
  if (typed !== null) return typed
  const source = read('source', oneOf(['direct', 'relay', 'demo'] as const), sources)
  if (source !== null) return source
  const isForExchange = OF_AN_EXCHANGE.some(flag => sources.typed[flag] !== undefined)
  return !isForExchange && said('relayUrl', sources) !== null ? 'relay' : 'direct'
}

function relayUrlOf(source: Settings['source'], sources: Sources): string | null {
  if (source !== 'relay') return null
  const url = read('relayUrl', relayAddress, sources)
  if (url !== null) return url
  throw new AxisorError('config', 'the source is a relay, and no address of one is given', {
    hint: 'Give it with --relay URL, AXISOR_RELAY_URL, or relayUrl in the config file',
  })
}

function addressesOf(network: Settings['network'], sources: Sources): Pick<Settings, 'apiUrl' | 'streamUrl'> {
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
  const source = sourceOf(sources)
  const network = read('network', oneOf(['mainnet', 'signet'] as const), sources) ?? 'mainnet'
  return Object.freeze({
    source,
    relayUrl: relayUrlOf(source, sources),
    network,
    ...addressesOf(network, sources),
    allowWriteKey: read('allowWriteKey', yesOrNo, sources) ?? false,
    intervalMs: read('interval', duration(100, 3_600_000), sources) ?? 1_000,
    timeoutMs: read('timeout', duration(100, 600_000), sources) ?? 10_000,
    palette: read('palette', oneOf(['default', 'colour-blind'] as const), sources) ?? 'default',
  })
}
