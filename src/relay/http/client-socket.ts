import { type RawData, WebSocket } from 'ws'
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
  /** Called when the connection of a peer is closed. */
  disconnected(peer: WebSocketPeer): void
}

/**
 * The WebSocket of a client. Its listeners are methods, which all clients share: closures would be a tenth of the memory of an idle
 * client.
 */
export class ClientSocket extends WebSocket {
  // Set before the first listener is added.
  #peer!: WebSocketPeer
  #services!: Services
  /** Null if the client may not join. */
  #session: ServedSession | null = null

  /** Connects the accepted WebSocket to a session of its account. */
  serve(peer: WebSocketPeer, grant: Grant, protocol: ServedProtocol, services: Services): void {
    this.#peer = peer
    this.#services = services
    this.on('error', this.#onError)
    this.on('close', this.#onClose)
    this.#session = this.#guard(() => services.relay.join(grant, peer, protocol))
    if (this.#session === null) return
    this.on('message', this.#onMessage)
    this.on('pong', this.#onPong)
    this.on('ping', this.#onPing)
  }

  #onError(error: Error): void {
    const code = LIBRARY_CLOSES.get(String(Reflect.get(error, 'code')))
    if (code !== undefined) this.#services.relay.stats.recordClose(code)
    this.#peer.terminate()
  }

  #onClose(): void {
    this.#peer.closed()
    this.#services.disconnected(this.#peer)
    this.#session?.closed()
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    this.#peer.hasReceived = true
    if (isBinary) this.#closePeer(BINARY_FRAME, 'only text frames are accepted')
    else this.#guard(() => this.#session?.receive(data.toString()))
  }

  #onPong(): void {
    this.#peer.hasReceived = true
    if (!this.#peer.takePong()) this.#session?.allowControlFrame()
  }

  #onPing(data: Buffer): void {
    this.#peer.hasReceived = true
    if (this.#session?.allowControlFrame() && this.readyState === WebSocket.OPEN) this.pong(data)
  }

  /** An unexpected error ends this connection only. */
  #guard<T>(work: () => T): T | null {
    try {
      return work()
    } catch (error) {
      logBug(this.#services.log, error)
      this.#closePeer(RELAY_CLOSE.internalError, 'internal error')
      return null
    }
  }

  #closePeer(code: number, reason: string): void {
    this.#services.relay.stats.recordClose(code)
    this.#peer.close(code, reason)
  }
}
