const TEXT_FRAME = 0x81
const COMPRESSED_TEXT_FRAME = 0xc1

/** Shorter messages are hardly worth the work. */
const COMPRESS_FROM_BYTES = 1024

/** Compresses one message by itself, as permessage-deflate does without context takeover. */
export type Deflate = (bytes: Uint8Array) => Uint8Array

interface Payload {
  readonly firstByte: number
  readonly bytes: Uint8Array
}

/** The first bytes of an unmasked, whole frame (RFC 6455, 5.2), as a server sends it. */
function writeHeader(target: Uint8Array, offset: number, firstByte: number, length: number): number {
  target[offset] = firstByte
  if (length < 126) {
    target[offset + 1] = length
    return offset + 2
  }
  const view = new DataView(target.buffer, target.byteOffset)
  if (length < 65_536) {
    target[offset + 1] = 126
    view.setUint16(offset + 2, length)
    return offset + 4
  }
  target[offset + 1] = 127
  view.setBigUint64(offset + 2, BigInt(length))
  return offset + 10
}

function headerBytes(length: number): number {
  if (length < 126) return 2
  return length < 65_536 ? 4 : 10
}

function payloadOf(text: string, deflate: Deflate | null): Payload {
  const bytes = Buffer.from(text, 'utf8')
  if (deflate === null || bytes.length < COMPRESS_FROM_BYTES) return { firstByte: TEXT_FRAME, bytes }
  return { firstByte: COMPRESSED_TEXT_FRAME, bytes: deflate(bytes) }
}

/**
 * Text frames, one after the other in one piece of memory: one write for each peer, which beats two corked ones. With `deflate` the long
 * ones are compressed, for peers that have agreed to it.
 */
export function framesOf(texts: readonly string[], deflate: Deflate | null = null): Uint8Array {
  const payloads = texts.map(text => payloadOf(text, deflate))
  const size = payloads.reduce((sum, { bytes }) => sum + headerBytes(bytes.length) + bytes.length, 0)
  const frames = new Uint8Array(size)
  let offset = 0
  for (const { firstByte, bytes } of payloads) {
    offset = writeHeader(frames, offset, firstByte, bytes.length)
    frames.set(bytes, offset)
    offset += bytes.length
  }
  return frames
}
