import type { WebSocket, WebSocketServer } from 'ws'
import type { Clock } from '../../ports/clock.ts'
import type { Peer, RelayFrame } from '../clients/peer.ts'
import type { Deflate } from '../clients/websocket-frame.ts'

/** The raw connection below a WebSocket. */
export type RawSocket = Parameters<WebSocketServer['handleUpgrade']>[1]

/** The library's word for a WebSocket that is open. */
const OPEN = 1

/** A peer that does not close its side within this time is cut. */
const CLOSING_MS = 2_000

/**
 * A peer over a WebSocket. Frames are written to the connection below it, already framed: the library would frame them again for each
 * peer. That is sound as long as nothing else sends data through the library, which then has nothing of its own under way.
 */
export class WebSocketPeer implements Peer {
  readonly address: string
  /** Something was heard since this was last set to false. */
  wasHeard = true
  readonly #socket: WebSocket
  readonly #raw: RawSocket
  readonly #clock: Clock
  /** Null: this peer has not agreed to compression. */
  readonly #deflate: Deflate | null

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
  }

  send(frame: RelayFrame): void {
    // Nothing may follow a close frame.
    if (this.#socket.readyState !== OPEN) return
    this.#raw.write(this.#deflate === null ? frame.bytes() : frame.compressedBytes(this.#deflate))
  }

  close(code: number, reason: string): void {
    if (this.#socket.readyState >= this.#socket.CLOSING) return
    this.#socket.close(code, reason)
    const cancel = this.#clock.after(CLOSING_MS, () => this.#socket.terminate())
    this.#socket.once('close', cancel)
  }

  bufferedBytes(): number {
    return this.#raw.writableLength
  }

  /** Asks for a sign of life. */
  ping(): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping()
  }

  cut(): void {
    this.#socket.terminate()
  }
}
