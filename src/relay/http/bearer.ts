import { RELAY_PROTOCOL } from '../../wire/relay/messages.ts'

/** Headers of a request, with names in lower case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/** Begins the subprotocol that carries a token. */
export const IN_PROTOCOLS = 'bearer.'

/**
 * Returns the token of a request: from `Authorization`, or from the subprotocols, because browsers cannot set headers
 * on a WebSocket. Null if there is none, or two that differ.
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
  return listed(value)
    .filter(name => name.startsWith(IN_PROTOCOLS))
    .map(name => name.slice(IN_PROTOCOLS.length))
}

function listed(value: Headers[string]): readonly string[] {
  return typeof value === 'string' ? value.split(',').map(name => name.trim()) : []
}

/** Returns the subprotocols that a request offers. */
export function protocolsOf(headers: Headers): readonly string[] {
  return listed(headers['sec-websocket-protocol'])
}

/** Returns the subprotocol to answer with, never the one that carries the token. */
export function chosenProtocol(offered: ReadonlySet<string>): string | false {
  return offered.has(RELAY_PROTOCOL) ? RELAY_PROTOCOL : false
}

/** A token in a text. It is longer than the longest name of a user, which may contain its first characters. */
const TOKEN_IN_TEXT = /axr_[0-9a-f]{64}/

/**
 * Returns true if a URL carries a token or a parameter named like one. URLs are logged, so it is refused even if
 * valid.
 */
export function hasTokenInQuery(target: string): boolean {
  const at = target.indexOf('?')
  if (at === -1) return false
  for (const [name, value] of new URLSearchParams(target.slice(at + 1)))
    if (/token|bearer|auth|key|secret/i.test(name) || TOKEN_IN_TEXT.test(value)) return true
  return false
}
