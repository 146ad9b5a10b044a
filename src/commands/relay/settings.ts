import { AxisorError } from '../../domain/error.ts'
import type { ProxyRules } from '../../domain/proxy.ts'
import type { Terminal } from '../../ports/terminal.ts'
import type { LogLevel } from '../../relay/http/log.ts'
import { DEFAULT_LIMITS, type RelayLimits } from '../../relay/limits.ts'
import type { ListenAddress } from './lists.ts'
import type { ServeOptions } from './options.ts'

/** How `axisor relay serve` runs. */
export interface ServeSettings {
  readonly host: string
  readonly port: number
  readonly demo: boolean
  /** The scenario of the demo's exchange; null for the default. */
  readonly scenario: string | null
  /** The URL of the upstream relay; null to connect to the exchange. */
  readonly upstreamRelay: string | null
  /** The address of the cluster's broker from the flag; null if the flag is absent. */
  readonly cluster: string | null
  /** The address of the database from the flag; null if the flag is absent. */
  readonly database: string | null
  /** Accept keys that are not read-only. */
  readonly allowWriteKey: boolean
  /** Send alerts to private addresses. */
  readonly allowPrivateChannels: boolean
  readonly tlsFiles: { readonly cert: string; readonly key: string } | null
  readonly compress: boolean
  readonly trustProxy: boolean
  readonly allowedOrigins: readonly string[]
  /** Names in the header `Host` that are served; all are if there are none. */
  readonly publicHosts: readonly string[]
  /** Where metrics are served without a token; null for nowhere. */
  readonly metricsListen: ListenAddress | null
  readonly logLevel: LogLevel
  readonly limits: RelayLimits
  /** The proxies of all connections but those to the database and the broker. */
  readonly proxies: ProxyRules
}

/**
 * Validates the combination of options.
 * @throws AxisorError usage
 */
export function serveSettingsOf(
  options: ServeOptions,
  proxies: ProxyRules,
  { stderr }: Pick<Terminal, 'stderr'>,
): ServeSettings {
  const { port, demo, scenario, upstreamRelay, cluster, database } = options
  // An IPv6 address may be given as in a URL.
  const host = options.host.replace(/^\[(.*)\]$/, '$1')
  const tlsFiles = tlsFilesOf(options)
  if (!isLoopback(host) && tlsFiles === null && !options.insecureListen)
    throw new AxisorError('usage', `tokens would be sent to ${host} in clear text`, {
      hint: 'Use --tls-cert and --tls-key, put a proxy with TLS in front of 127.0.0.1, or allow it with --insecure-listen.',
    })
  rejectConflicts(options)
  if (scenario !== null && !demo)
    throw new AxisorError('usage', '--scenario is for the simulated exchange only', { hint: 'Add --demo.' })
  return {
    host,
    port,
    demo,
    scenario,
    upstreamRelay: upstreamRelay?.url ?? null,
    cluster,
    database,
    allowWriteKey: options.allowWriteKey,
    allowPrivateChannels: options.allowPrivateChannels,
    tlsFiles,
    compress: options.compress,
    trustProxy: options.trustProxy,
    allowedOrigins: options.allowedOrigins,
    publicHosts: publicHostsOf(options),
    metricsListen: options.metricsListen,
    logLevel: options.logLevel ?? (stderr.isTTY === true ? 'warn' : 'info'),
    limits: { ...DEFAULT_LIMITS, ...options.connections },
    proxies,
  }
}

function rejectConflicts({ demo, database, cluster, upstreamRelay }: ServeOptions): void {
  const hasUpstreamFlag = upstreamRelay?.origin === 'flag'
  if (demo && database !== null) throw excluded('--demo', '--database')
  if (demo && cluster !== null) throw excluded('--demo', '--cluster')
  if (demo && hasUpstreamFlag) throw excluded('--demo', '--upstream-relay')
  if (hasUpstreamFlag && cluster !== null) throw excluded('--upstream-relay', '--cluster')
}

function excluded(a: string, b: string): AxisorError {
  return new AxisorError('usage', `${a} and ${b} exclude each other`, { hint: 'Leave one of them out.' })
}

function tlsFilesOf({ tlsCertPath: cert, tlsKeyPath: key }: ServeOptions): ServeSettings['tlsFiles'] {
  if (cert === null && key === null) return null
  if (cert === null || key === null)
    throw new AxisorError('usage', '--tls-cert and --tls-key belong together', {
      hint: 'Specify both files, as PEM.',
    })
  return { cert, key }
}

/** A demo on the loopback interface has no public name. */
function publicHostsOf({ publicHosts, demo, host }: ServeOptions): readonly string[] {
  return publicHosts.length === 0 && demo && isLoopback(host) ? ['localhost'] : publicHosts
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** Returns the URL of a relay for clients on this machine. Clients cannot connect to a wildcard address. */
export function localAddress(url: string): string {
  const host = url.startsWith('wss:') ? 'localhost' : '127.0.0.1'
  return url.replace(/\/\/(0\.0\.0\.0|\[::\]):/, `//${host}:`)
}
