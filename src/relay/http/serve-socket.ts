import type { WebSocket } from 'ws'
import { RELAY_CLOSE } from '../../wire/relay/messages.ts'
import type { Grant } from '../auth/token-grant.ts'
import type { RelayLog } from '../context.ts'
import { logBug } from '../log-bug.ts'
import type { Relay } from '../relay.ts'
import type { WebSocketPeer } from './websocket-peer.ts'

/** Connects an accepted WebSocket to a session of its account. */
export function serveSocket(
  socket: WebSocket,
  peer: WebSocketPeer,
  grant: Grant,
  { relay, log }: { readonly relay: Relay; readonly log: RelayLog },
): void {
  /** An unexpected error ends this connection only. */
  const guarded = <T>(work: () => T): T | null => {
    try {
      return work()
    } catch (error) {
      logBug(log, error)
      peer.close(RELAY_CLOSE.internalError, 'internal error')
      return null
    }
  }
  socket.on('error', () => peer.terminate())
  const session = guarded(() => relay.join(grant, peer))
  if (session === null) return
  socket.on('message', (data, isBinary) => {
    peer.hasReceived = true
    if (isBinary) peer.close(1003, 'only text frames are accepted')
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
