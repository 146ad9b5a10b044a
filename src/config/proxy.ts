import { AxisorError } from '../domain/error.ts'
import { NO_PROXY_RULES, type ProxyRules, type ProxyServer } from '../domain/proxy.ts'
import { Secret } from '../domain/secret.ts'
import type { Env } from '../ports/env.ts'
import type { ParseResult } from './parsers.ts'
import { parseSetting, type RawSetting } from './raw-setting.ts'
import { findSetting, type SettingSources } from './setting-sources.ts'

const FORMAT = 'an http://, https:// or socks5h:// address of a proxy'

/** Refused rather than read as socks5h, as the caller may rely on the difference. */
const LOCAL_NAMES =
  'socks5h://, by which the proxy resolves all names (socks5:// lets this machine resolve them)'

const DEFAULT_PORTS = { http: 80, https: 443, socks5h: 1080 } as const

type ProxyAddress = Omit<ProxyServer, 'origin'>

function isProtocol(text: string): text is ProxyServer['protocol'] {
  return Object.hasOwn(DEFAULT_PORTS, text)
}

/** Returns the text of a part of a URL; null if it has invalid escapes. */
function decodedPart(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

/**
 * Parses the address of a proxy. Without a scheme it is http, as other programs read it. A user without a colon after it has its
 * password in the secret store.
 */
function parseProxy(text: string): ParseResult<ProxyAddress> {
  const [, scheme = '', rest = ''] = /^([a-z][a-z\d+.-]*):\/\/(.*)$/i.exec(text) ?? [text, 'http', text]
  const protocol = scheme.toLowerCase()
  if (protocol === 'socks5') return { ok: false, expected: LOCAL_NAMES }
  // Parsed by the rules of http, which other schemes don't share. The default port is not part of a parsed URL.
  const [, authority = ''] = /^([^/?#]*)\/?$/.exec(rest) ?? []
  const [, user = null, , password = null] = /^([^:]*)(:(.*))?@/.exec(authority) ?? []
  const address = `http://${authority.slice(authority.lastIndexOf('@') + 1)}`
  if (!isProtocol(protocol) || !URL.canParse(address)) return { ok: false, expected: FORMAT }
  const { hostname } = new URL(address)
  const port = /:(\d+)$/.exec(address)?.[1]
  const [name, secret] = [user, password].map(part => (part === null ? null : decodedPart(part)))
  if ((user !== null && !name) || (password !== null && secret === null) || Number(port ?? 1) === 0)
    return { ok: false, expected: FORMAT }
  return {
    ok: true,
    value: {
      protocol,
      host: hostname,
      port: Number(port ?? DEFAULT_PORTS[protocol]),
      user: name ?? null,
      password: secret === null || secret === undefined ? null : new Secret(secret),
    },
  }
}

/** @throws AxisorError usage or config, also for a password that does not stand in the environment */
function serverOf(setting: RawSetting): ProxyServer {
  const { text, origin, place } = setting
  // With a scheme the error masks user and password.
  const withScheme = text.includes('://') ? text : `http://${text}`
  const server = { ...parseSetting({ ...setting, text: withScheme }, parseProxy), origin: place }
  if (origin === 'environment' || server.password === null || server.password.reveal() === '') return server
  throw new AxisorError(
    origin === 'flag' ? 'usage' : 'config',
    origin === 'flag'
      ? `${place} contains a password, which other users of this machine could read`
      : `${place} contains a password, which this file must not`,
    { hint: 'Leave the password out; set AXISOR_PROXY_PASSWORD, or store it with axisor proxy password.' },
  )
}

/** Returns the first variable that is set, of those that other programs read; an empty one counts as unset. */
function variableOf(names: readonly string[], env: Env): RawSetting | null {
  for (const place of names) {
    const text = env[place] ?? ''
    if (text !== '') return { text, origin: 'environment', place }
  }
  return null
}

const SECURE = ['https_proxy', 'HTTPS_PROXY']
const PLAIN = ['http_proxy', 'HTTP_PROXY']
const ALL = ['all_proxy', 'ALL_PROXY']

/** Lower case first, as in curl. A proxy for anything is used for everything: nothing is sent around it. */
const ORDER = {
  https: [...SECURE, ...ALL, ...PLAIN],
  http: [...PLAIN, ...ALL, ...SECURE],
  other: [...ALL, ...SECURE, ...PLAIN],
} as const

/**
 * Returns the proxies that connections are made through: that of the setting `proxy` for all of them, else those of the variables that
 * other programs read.
 * @throws AxisorError usage or config, naming the origin of an invalid address
 */
export function proxyRulesOf(sources: SettingSources): ProxyRules {
  const { env } = sources
  const exempt = (env.no_proxy || env.NO_PROXY || '').split(/[\s,]+/).filter(entry => entry !== '')
  const setting = findSetting('proxy', sources)
  if (setting === null && exempt.includes('*')) return NO_PROXY_RULES
  const serverFor = (names: readonly string[]): ProxyServer | null => {
    const found = setting ?? variableOf(names, env)
    return found && serverOf(found)
  }
  return {
    https: serverFor(ORDER.https),
    http: serverFor(ORDER.http),
    other: serverFor(ORDER.other),
    exempt,
  }
}
