import { decimal, oneOf, type Parser, relayAddress } from '../../config/parsers.ts'
import { parseSetting, type RawSetting } from '../../config/raw-setting.ts'
import type { Flags } from '../../config/setting-sources.ts'
import { AxisorError } from '../../domain/error.ts'
import { LOG_LEVELS, type LogLevel } from '../../relay/http/log.ts'
import { DEFAULT_LIMITS, type RelayLimits } from '../../relay/limits.ts'
import type { CommandContext } from '../command-context.ts'

/** How `axisor relay serve` was asked to run. */
export interface ServeSettings {
  readonly host: string
  readonly port: number
  readonly demo: boolean
  /** The one account is that which another relay shows; null: straight from the exchange. */
  readonly upstreamRelay: string | null
  /** Accept keys that may do more than read. */
  readonly allowWriteKey: boolean
  readonly tlsFiles: { readonly cert: string; readonly key: string } | null
  readonly compress: boolean
  readonly trustProxy: boolean
  readonly allowedOrigins: readonly string[]
  readonly logLevel: LogLevel
  readonly limits: RelayLimits
}

export const DEFAULT_PORT = 8377

function setting(
  { world, flags: typed }: CommandContext,
  flag: string,
  variable: string | null,
): RawSetting | null {
  const text = typed[flag]
  if (typeof text === 'string') return { text, origin: 'flag', place: `--${flag}` }
  const value = variable === null ? undefined : world.env[variable]
  return variable === null || !value ? null : { text: value, origin: 'environment', place: variable }
}

function read<T>(call: CommandContext, flag: string, variable: string | null, reader: Parser<T>): T | null {
  const found = setting(call, flag, variable)
  return found === null ? null : parseSetting(found, reader)
}

/**
 * What was typed and what the environment says.
 * @throws AxisorError usage or config
 */
export function serveSettingsOf(call: CommandContext): ServeSettings {
  const { flags: typed } = call
  const host = setting(call, 'host', 'AXISOR_RELAY_HOST')?.text ?? '127.0.0.1'
  const tlsFiles = tlsOf(call)
  if (!isLoopback(host) && tlsFiles === null && typed['insecure-listen'] !== true)
    throw new AxisorError('usage', `tokens would travel in clear text to ${host}`, {
      hint: 'Give --tls-cert and --tls-key, put a proxy with TLS in front of 127.0.0.1, or say --insecure-listen.',
    })
  refuseBeside(typed, 'demo', ['database', 'cluster', 'upstream-relay'])
  refuseBeside(typed, 'upstream-relay', ['cluster'])
  if (typed.scenario !== undefined && typed.demo !== true)
    throw new AxisorError('usage', '--scenario is for the simulated exchange only', {
      hint: 'Say --demo too',
    })
  const onTerminal = call.world.terminal.stderr.isTTY === true
  return {
    host,
    port: read(call, 'port', 'AXISOR_RELAY_PORT', decimal(0, 65_535, true)) ?? DEFAULT_PORT,
    demo: typed.demo === true,
    upstreamRelay: read(call, 'upstream-relay', 'AXISOR_RELAY_UPSTREAM', relayAddress),
    allowWriteKey: typed['allow-write-key'] === true,
    tlsFiles,
    compress: typed.compress === true,
    trustProxy: typed['trust-proxy'] === true,
    allowedOrigins: listOf(setting(call, 'allow-origin', 'AXISOR_RELAY_ALLOW_ORIGIN')?.text),
    logLevel:
      read(call, 'log-level', 'AXISOR_RELAY_LOG_LEVEL', oneOf(LOG_LEVELS)) ?? (onTerminal ? 'warn' : 'info'),
    limits: { ...DEFAULT_LIMITS, ...limitsOf(setting(call, 'connections', 'AXISOR_RELAY_CONNECTIONS')) },
  }
}

function refuseBeside(typed: Flags, flag: string, others: readonly string[]): void {
  const other = typed[flag] === undefined ? undefined : others.find(each => typed[each] !== undefined)
  if (other === undefined) return
  throw new AxisorError('usage', `--${flag} and --${other} exclude each other`, {
    hint: 'Leave one of them out',
  })
}

function tlsOf(call: CommandContext): ServeSettings['tlsFiles'] {
  const cert = setting(call, 'tls-cert', 'AXISOR_RELAY_TLS_CERT')?.text
  const key = setting(call, 'tls-key', 'AXISOR_RELAY_TLS_KEY')?.text
  if (cert === undefined && key === undefined) return null
  if (cert === undefined || key === undefined)
    throw new AxisorError('usage', '--tls-cert and --tls-key belong together', {
      hint: 'Give both files, as PEM',
    })
  return { cert, key }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** Where a client on this machine reaches a relay: nobody can call at an address that stands for all of them. */
export function localAddress(url: string): string {
  const near = url.startsWith('wss:') ? 'localhost' : '127.0.0.1'
  return url.replace(/\/\/(0\.0\.0\.0|\[::\]):/, `//${near}:`)
}

function listOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
}

const LIMIT_NAMES = {
  token: 'perToken',
  user: 'perUser',
  address: 'perAddress',
  all: 'total',
} as const satisfies Readonly<Record<string, keyof RelayLimits>>

const MAX_CONNECTIONS = 1_000_000

/** `token=64,user=256,address=512,all=20000`, or some of these. */
function limitsOf(found: RawSetting | null): Partial<RelayLimits> {
  if (found === null) return {}
  const limits: Partial<Record<keyof RelayLimits, number>> = {}
  for (const part of listOf(found.text)) {
    const [name = '', text = ''] = part.split('=', 2)
    const limit = Object.hasOwn(LIMIT_NAMES, name) ? LIMIT_NAMES[name as keyof typeof LIMIT_NAMES] : null
    if (limit === null)
      throw new AxisorError('usage', `${found.place}: there is no limit of that name`, {
        hint: `There are ${Object.keys(LIMIT_NAMES).join(', ')}, as in token=64,all=20000`,
      })
    limits[limit] = parseSetting({ ...found, text: part }, () => decimal(1, MAX_CONNECTIONS, true)(text))
  }
  return limits
}
