const TEXT_FRAME = 0x81
const COMPRESSED_TEXT_FRAME = 0xc1

/** Compressing shorter messages does not pay off. */
const COMPRESS_FROM_BYTES = 1024

/** Compresses one message as permessage-deflate does without context takeover. */
export type Deflate = (bytes: Uint8Array) => Uint8Array

/** A compressed payload, or the text of one that is not, with its length in bytes. */
interface Payload {
  readonly firstByte: number
  readonly content: Uint8Array | string
  readonly length: number
}

/** Writes the header of an unmasked server frame (RFC 6455, 5.2) and returns the offset after it. */
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
  const length = Buffer.byteLength(text, 'utf8')
  if (deflate === null || length < COMPRESS_FROM_BYTES)
    return { firstByte: TEXT_FRAME, content: text, length }
  const content = deflate(Buffer.from(text, 'utf8'))
  return { firstByte: COMPRESSED_TEXT_FRAME, content, length: content.length }
}

/**
 * Encodes texts as WebSocket frames in one buffer, so that each peer needs one write. With `deflate` long texts are
 * compressed, for peers that negotiated it.
 */
export function framesOf(texts: readonly string[], deflate: Deflate | null = null): Uint8Array {
  const payloads = texts.map(text => payloadOf(text, deflate))
  const size = payloads.reduce((sum, { length }) => sum + headerBytes(length) + length, 0)
  // Written whole, so it needs no zeros.
  const frames = Buffer.allocUnsafe(size)
  let offset = 0
  for (const { firstByte, content, length } of payloads) {
    offset = writeHeader(frames, offset, firstByte, length)
    if (typeof content === 'string') frames.write(content, offset, 'utf8')
    else frames.set(content, offset)
    offset += length
  }
  return frames
}
