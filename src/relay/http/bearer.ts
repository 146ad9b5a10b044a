import { RELAY_PROTOCOL } from '../../wire/relay/messages.ts'

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

const IN_PROTOCOLS = 'bearer.'

/**
 * The token that a request carries: in the header `Authorization`, or for browsers, which can't set that on a WebSocket, among the
 * subprotocols. Null when there is none, or two that differ.
 */
export function bearerOf(headers: Headers): string | null {
  const found = new Set([
    ...inHeader(headers.authorization),
    ...inProtocols(headers['sec-websocket-protocol']),
  ])
  const [token] = found
  return found.size === 1 && token !== undefined ? token : null
}

function inHeader(value: Headers[string]): readonly string[] {
  if (typeof value !== 'string') return []
  const match = /^Bearer +(\S+)$/i.exec(value)
  return match?.[1] === undefined ? [] : [match[1]]
}

function inProtocols(value: Headers[string]): readonly string[] {
  if (typeof value !== 'string') return []
  return value
    .split(',')
    .map(name => name.trim())
    .filter(name => name.startsWith(IN_PROTOCOLS))
    .map(name => name.slice(IN_PROTOCOLS.length))
}

/** The subprotocol to answer with: never the one that carries the token. */
export function chosenProtocol(offered: ReadonlySet<string>): string | false {
  return offered.has(RELAY_PROTOCOL) ? RELAY_PROTOCOL : false
}

/**
 * True when an address carries a token, or something that calls itself one. Addresses end up in logs and histories, so this is refused
 * even for a token that counts.
 */
export function hasTokenInQuery(target: string): boolean {
  const at = target.indexOf('?')
  if (at === -1) return false
  for (const [name, value] of new URLSearchParams(target.slice(at + 1)))
    if (/token|bearer|auth|key|secret/i.test(name) || value.includes('axr_')) return true
  return false
}
