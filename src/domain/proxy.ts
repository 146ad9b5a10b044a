import { AxisorError } from './error.ts'
import { isLoopbackHost } from './private-host.ts'
import type { Secret } from './secret.ts'

/** A proxy that connections are made through. It resolves the names of all targets. */
export interface ProxyServer {
  readonly protocol: 'http' | 'https' | 'socks5h'
  /** As `URL.hostname` writes it. */
  readonly host: string
  readonly port: number
  /** Null if the proxy needs no user. */
  readonly user: string | null
  /** Null if it is not known yet; it then comes from the secret store. */
  readonly password: Secret | null
  /** The flag, variable or setting that names the proxy. */
  readonly origin: string
}

/** What decides through which proxy a connection is made. */
export interface ProxyRules {
  /** By the scheme of the target; `other` is for all that is not HTTP, such as mail. */
  readonly http: ProxyServer | null
  readonly https: ProxyServer | null
  readonly other: ProxyServer | null
  /** Entries of `NO_PROXY`: hosts that are connected to directly. */
  readonly exempt: readonly string[]
}

/** Without a proxy. */
export const NO_PROXY_RULES: ProxyRules = Object.freeze({ http: null, https: null, other: null, exempt: [] })

/** Where a connection leads. */
export interface ProxyTarget {
  readonly scheme: 'http' | 'https' | 'other'
  /** A name or an address; IPv6 with or without brackets. */
  readonly host: string
  readonly port: number
}

/** Returns a host in the form that is compared: lower case, no brackets, no final dots. */
function bareHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.+$/, '')
}

/** True for a name of the Tor network, which no DNS resolver may see (RFC 7686). */
export function isOnionHost(host: string): boolean {
  const name = bareHost(host)
  return name === 'onion' || name.endsWith('.onion')
}

function ipv4Of(text: string): number | null {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return null
  const bytes = text.split('.').map(Number)
  return bytes.some(byte => byte > 255) ? null : bytes.reduce((sum, byte) => sum * 256 + byte, 0)
}

/** True if the address is in a network such as `10.0.0.0/8`. */
function isInNetwork(host: string, network: string): boolean {
  const [, start = '', length = ''] = /^([\d.]+)\/(\d{1,2})$/.exec(network) ?? []
  const [address, first] = [ipv4Of(host), ipv4Of(start)]
  if (address === null || first === null || Number(length) > 32) return false
  const size = 2 ** (32 - Number(length))
  return Math.floor(address / size) === Math.floor(first / size)
}

function isExempted(entry: string, { host, port }: ProxyTarget): boolean {
  if (entry === '*') return true
  const name = bareHost(host)
  if (isInNetwork(name, entry)) return true
  // An IPv6 address contains colons too: its port follows a bracket.
  const [, pattern = entry, entryPort] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? []
  if (entryPort !== undefined && Number(entryPort) !== port) return false
  const exempted = bareHost(pattern.replace(/^\*?\./, ''))
  return exempted !== '' && (name === exempted || (ipv4Of(name) === null && name.endsWith(`.${exempted}`)))
}

function isLoopback(host: string): boolean {
  const name = bareHost(host)
  return isLoopbackHost(name.includes(':') ? `[${name}]` : name)
}

/**
 * Returns the proxy for a connection; null for a direct one: this machine, hosts of `NO_PROXY`, and every host without a proxy.
 * @throws AxisorError config, for an onion name without a `socks5h` proxy: its look-up would publish it
 */
export function proxyFor(rules: ProxyRules, target: ProxyTarget): ProxyServer | null {
  const { host, scheme } = target
  const isDirect = isLoopback(host) || rules.exempt.some(entry => isExempted(entry, target))
  const proxy = isDirect ? null : rules[scheme]
  if (!isOnionHost(host) || proxy?.protocol === 'socks5h') return proxy
  const why = proxy === null ? 'no proxy is set for it' : `${proxyName(proxy)} is none`
  throw new AxisorError('config', `${host} is reached only through a socks5h:// proxy, and ${why}`, {
    hint: 'Set that of Tor, for example --proxy socks5h://127.0.0.1:9050, and no NO_PROXY for this host.',
  })
}

/** Returns the target of a URL of the schemes http, https, ws and wss. */
export function targetOfUrl({ protocol, hostname, port }: URL): ProxyTarget {
  const isSecure = protocol === 'https:' || protocol === 'wss:'
  return { scheme: isSecure ? 'https' : 'http', host: hostname, port: Number(port) || (isSecure ? 443 : 80) }
}

/** Returns the address of a proxy without user and password. */
export function proxyAddress({ protocol, host, port }: ProxyServer): string {
  return `${protocol}://${host}:${port}`
}

/** Names a proxy in messages, without user and password: `the proxy http://proxy.example:3128 (HTTPS_PROXY)`. */
export function proxyName(proxy: ProxyServer): string {
  return `the proxy ${proxyAddress(proxy)} (${proxy.origin})`
}
