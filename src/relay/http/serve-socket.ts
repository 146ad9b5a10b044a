import type { WebSocket } from 'ws'
import { RELAY_CLOSE } from '../../wire/relay/messages.ts'
import type { Grant } from '../auth/token-grant.ts'
import type { RelayLog } from '../context.ts'
import { logBug } from '../log-bug.ts'
import type { Relay } from '../relay.ts'
import type { ServedProtocol } from '../sessions/served-session.ts'
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

/** Connects an accepted WebSocket to a session of its account. */
export function serveSocket(
  socket: WebSocket,
  peer: WebSocketPeer,
  grant: Grant,
  protocol: ServedProtocol,
  { relay, log }: { readonly relay: Relay; readonly log: RelayLog },
): void {
  const close = (code: number, reason: string) => {
    relay.stats.recordClose(code)
    peer.close(code, reason)
  }
  /** An unexpected error ends this connection only. */
  const guarded = <T>(work: () => T): T | null => {
    try {
      return work()
    } catch (error) {
      logBug(log, error)
      close(RELAY_CLOSE.internalError, 'internal error')
      return null
    }
  }
  socket.on('error', error => {
    const code = LIBRARY_CLOSES.get(String(Reflect.get(error, 'code')))
    if (code !== undefined) relay.stats.recordClose(code)
    peer.terminate()
  })
  const session = guarded(() => relay.join(grant, peer, protocol))
  if (session === null) return
  socket.on('message', (data, isBinary) => {
    peer.hasReceived = true
    if (isBinary) close(BINARY_FRAME, 'only text frames are accepted')
    else guarded(() => session.receive(data.toString()))
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
