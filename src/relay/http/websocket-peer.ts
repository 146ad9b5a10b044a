import type { WebSocket, WebSocketServer } from 'ws'
import { MessageDeadline } from '../../domain/message-deadline.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Peer, RelayFrame } from '../clients/peer.ts'
import type { Deflate } from '../clients/websocket-frame.ts'

/** The raw connection of a WebSocket. */
export type RawSocket = Parameters<WebSocketServer['handleUpgrade']>[1]

/** The library's ready state of an open WebSocket. */
const OPEN = 1

/** A peer that does not complete the close within this time is terminated. */
const CLOSE_TIMEOUT_MS = 2_000

/** A peer that takes longer than this for one message is terminated; those of the protocol fit in one packet. */
const UNFINISHED_MS = 10_000

/**
 * A peer over a WebSocket. Encoded frames are written to the raw connection, because the library would frame them
 * again for each peer. This requires that nothing else sends data through the library.
 */
export class WebSocketPeer implements Peer {
  readonly address: string
  /** Set when the peer sends anything; reset by the ping sweep. */
  hasReceived = true
  readonly #socket: WebSocket
  readonly #raw: RawSocket
  readonly #clock: Clock
  readonly #deadline: MessageDeadline
  /** Null if compression was not negotiated. */
  readonly #deflate: Deflate | null
  /** True from a ping to its pong. */
  #isPinged = false

  constructor(
    socket: WebSocket,
    raw: RawSocket,
    { address, clock, deflate }: { address: string; clock: Clock; deflate: Deflate | null },
  ) {
    this.#socket = socket
    this.#raw = raw
    this.address = address
    this.#clock = clock
    this.#deflate = deflate
    this.#deadline = new MessageDeadline(clock, UNFINISHED_MS, socket)
    raw.on('data', (chunk: Uint8Array) => this.#deadline.read(chunk))
  }

  /** Called when the connection is closed: cancels all timers. */
  closed(): void {
    this.#deadline.close()
  }

  send(frame: RelayFrame): void {
    // No frame may follow a close frame.
    if (this.#socket.readyState !== OPEN) return
    this.#raw.write(this.#deflate === null ? frame.bytes() : frame.compressedBytes(this.#deflate))
  }

  close(code: number, reason: string): void {
    if (this.#socket.readyState >= this.#socket.CLOSING) return
    this.#socket.close(code, reason)
    const cancel = this.#clock.after(CLOSE_TIMEOUT_MS, () => this.#socket.terminate())
    this.#socket.once('close', cancel)
  }

  bufferedBytes(): number {
    return this.#raw.writableLength
  }

  /** Pings the peer to find out whether it is alive. */
  ping(): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    this.#isPinged = true
    this.#socket.ping()
  }

  /** Returns true if a pong replies to a ping of ours. */
  takePong(): boolean {
    const isPinged = this.#isPinged
    this.#isPinged = false
    return isPinged
  }

  terminate(): void {
    this.#socket.terminate()
  }
}
