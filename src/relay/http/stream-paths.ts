import { LEGACY_PROTOCOL } from '../../wire/relay/legacy.ts'
import { RELAY_PROTOCOL } from '../../wire/relay/messages.ts'
import type { ServedProtocol } from '../sessions/served-session.ts'
import { chosenProtocol, IN_PROTOCOLS } from './bearer.ts'

/** The protocol of each path that serves WebSockets, whatever the client offers. */
const PROTOCOLS: ReadonlyMap<string, ServedProtocol> = new Map([
  ['/v1/stream', RELAY_PROTOCOL],
  ['/ws', LEGACY_PROTOCOL],
])

/** The paths that serve WebSockets. */
export const STREAM_PATHS: readonly string[] = [...PROTOCOLS.keys()]

/** Returns the protocol that a request target serves, or null if it serves no WebSockets. */
export function protocolAt(target: string): ServedProtocol | null {
  return PROTOCOLS.get(target.split('?', 1)[0] ?? '') ?? null
}

/**
 * Returns the subprotocol to answer a handshake with. Clients of the old system may offer only the one with their token; they would
 * disconnect if the answer named none.
 */
export function answeredProtocol(
  offered: ReadonlySet<string>,
  { url = '' }: { readonly url?: string | undefined },
): string | false {
  if (protocolAt(url) !== LEGACY_PROTOCOL) return chosenProtocol(offered)
  if (offered.has(LEGACY_PROTOCOL)) return LEGACY_PROTOCOL
  return [...offered].find(name => name.startsWith(IN_PROTOCOLS)) ?? false
}
