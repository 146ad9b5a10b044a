import { encodeRelayMessage } from '../../wire/relay/encode.ts'
import type { RelayMessage } from '../../wire/relay/messages.ts'
import { type Deflate, framesOf } from './websocket-frame.ts'

/** Messages that belong together, as text, and as the bytes that every WebSocket gets, which are made at most once. */
export class RelayFrame {
  readonly texts: readonly string[]
  #bytes: Uint8Array | null = null
  #compressed: Uint8Array | null = null

  constructor(texts: readonly string[]) {
    this.texts = texts
  }

  bytes(): Uint8Array {
    this.#bytes ??= framesOf(this.texts)
    return this.#bytes
  }

  /** The same for peers that have agreed to compression: compressed at most once too. */
  compressedBytes(deflate: Deflate): Uint8Array {
    this.#compressed ??= framesOf(this.texts, deflate)
    return this.#compressed
  }
}

/** Messages as one frame. */
export function frameOf(messages: readonly RelayMessage[]): RelayFrame {
  return new RelayFrame(messages.map(encodeRelayMessage))
}

/** The other end of one connection. After `close` it takes nothing more. */
export interface Peer {
  /** Where it comes from, for the limit on connections: an IP address. */
  readonly address: string
  send(frame: RelayFrame): void
  /** `reason` has at most 123 bytes. */
  close(code: number, reason: string): void
  /** What was sent and is still with us. */
  bufferedBytes(): number
}
