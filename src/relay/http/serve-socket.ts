import type { WebSocket } from 'ws'
import { RELAY_CLOSE } from '../../wire/relay/messages.ts'
import type { Grant } from '../auth/token-grant.ts'
import type { RelayLog } from '../context.ts'
import { logBug } from '../log-bug.ts'
import type { Relay } from '../relay.ts'
import type { ServedProtocol, ServedSession } from '../sessions/served-session.ts'
import type { WebSocketPeer } from './websocket-peer.ts'

/** Close code for a binary frame. */
const BINARY_FRAME = 1003

/** Close codes that the library sends itself, by its errors: for too many parts of a message, and for one that is too large. */
const LIBRARY_CLOSES: ReadonlyMap<string, number> = new Map([
  ['WS_ERR_TOO_MANY_BUFFERED_PARTS', 1008],
  ['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', 1009],
])

/** The close codes of this file that are not part of the protocol's own. */
export const TRANSPORT_CLOSES: readonly number[] = [BINARY_FRAME, ...LIBRARY_CLOSES.values()]

interface Services {
  readonly relay: Relay
  readonly log: RelayLog
}

function close(peer: WebSocketPeer, { stats }: Relay, code: number, reason: string): void {
  stats.recordClose(code)
  peer.close(code, reason)
}

/** An unexpected error ends this connection only. */
function guarded<T>(peer: WebSocketPeer, { relay, log }: Services, work: () => T): T | null {
  try {
    return work()
  } catch (error) {
    logBug(log, error)
    close(peer, relay, RELAY_CLOSE.internalError, 'internal error')
    return null
  }
}

/** Connects an accepted WebSocket to a session of its account. */
export function serveSocket(
  socket: WebSocket,
  peer: WebSocketPeer,
  grant: Grant,
  protocol: ServedProtocol,
  services: Services,
): void {
  endOnError(socket, peer, services)
  const session = guarded(peer, services, () => services.relay.join(grant, peer, protocol))
  if (session !== null) forward(socket, peer, session, services)
}

function endOnError(socket: WebSocket, peer: WebSocketPeer, { relay }: Services): void {
  socket.on('error', error => {
    const code = LIBRARY_CLOSES.get(String(Reflect.get(error, 'code')))
    if (code !== undefined) relay.stats.recordClose(code)
    peer.terminate()
  })
}

/** Apart from `serveSocket`, so that the listeners do not keep its arguments. */
function forward(socket: WebSocket, peer: WebSocketPeer, session: ServedSession, services: Services): void {
  socket.on('message', (data, isBinary) => {
    peer.hasReceived = true
    if (isBinary) close(peer, services.relay, BINARY_FRAME, 'only text frames are accepted')
    else guarded(peer, services, () => session.receive(data.toString()))
  })
  socket.on('pong', () => {
    peer.hasReceived = true
    if (!peer.takePong()) session.allowControlFrame()
  })
  socket.on('ping', data => {
    peer.hasReceived = true
    if (session.allowControlFrame() && socket.readyState === socket.OPEN) socket.pong(data)
  })
  socket.on('close', () => session.closed())
}
