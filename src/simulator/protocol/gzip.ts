/** Largest stored block of the deflate format. */
const BLOCK_BYTES = 65_535

function crc32(bytes: Uint8Array): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

function littleEndian(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, n) => (value >>> (8 * n)) & 0xff)
}

/** Encodes a text as a gzip member of stored blocks (RFC 1951, 1952): valid for every decoder, and not smaller. */
export function gzipOf(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text)
  const chunks: number[] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
  for (let at = 0; at === 0 || at < bytes.length; at += BLOCK_BYTES) {
    const block = bytes.subarray(at, at + BLOCK_BYTES)
    const isLast = at + BLOCK_BYTES >= bytes.length ? 1 : 0
    chunks.push(isLast, ...littleEndian(block.length, 2), ...littleEndian(~block.length, 2), ...block)
  }
  return Uint8Array.from([...chunks, ...littleEndian(crc32(bytes), 4), ...littleEndian(bytes.length, 4)])
}
