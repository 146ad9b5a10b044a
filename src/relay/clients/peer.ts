import { encodeRelayMessage } from '../../wire/relay/encode.ts'
import type { RelayMessage } from '../../wire/relay/messages.ts'
import { type Deflate, framesOf } from './websocket-frame.ts'

/** Messages that are sent together. The bytes for WebSockets are encoded at most once. */
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

  /** Returns the bytes for peers that negotiated compression; compressed at most once. */
  compressedBytes(deflate: Deflate): Uint8Array {
    this.#compressed ??= framesOf(this.texts, deflate)
    return this.#compressed
  }
}

/** Encodes messages as one frame. */
export function frameOf(messages: readonly RelayMessage[]): RelayFrame {
  return new RelayFrame(messages.map(encodeRelayMessage))
}

/** The remote end of one connection. It ignores everything after `close`. */
export interface Peer {
  /** The client's address, as counted by the connection limits. */
  readonly address: string
  send(frame: RelayFrame): void
  /** `reason` has at most 123 bytes. */
  close(code: number, reason: string): void
  /** Returns the number of bytes that were sent but not yet handed to the network. */
  bufferedBytes(): number
}
