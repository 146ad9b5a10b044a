import type { IncomingHttpHeaders } from 'node:http'
import { AxisorError } from '../../domain/error.ts'

/** Limit of a body, before and after its decompression. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024

/** More are of no proxy: each one may cost as much time as a body of the full size. */
const MAX_ENCODINGS = 3

const BOMB = new Set(['ERR_BUFFER_TOO_LARGE', 'ERR_OUT_OF_RANGE'])

/** The encodings of RFC 9110, 8.4.1, and zstd. Returns null for any other. */
function decompressorOf(encoding: string): ((body: Buffer) => Buffer) | null {
  // Loaded by the first compressed reply: hardly any program needs it.
  const zlib = process.getBuiltinModule('node:zlib')
  const options = { maxOutputLength: MAX_BODY_BYTES }
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return body => zlib.gunzipSync(body, options)
    case 'deflate':
      // Some servers leave out the header of zlib: its first byte has the method 8.
      return body =>
        ((body[0] ?? 0) & 0x0f) === 8 ? zlib.inflateSync(body, options) : zlib.inflateRawSync(body, options)
    case 'br':
      return body => zlib.brotliDecompressSync(body, options)
    case 'zstd':
      return body => zlib.zstdDecompressSync(body, options)
    default:
      return null
  }
}

/** @throws AxisorError unreadable, for an unknown encoding, damaged data and a body that becomes too large */
function decompressed(body: Buffer, encoding: string, host: string): Buffer {
  const decompress = decompressorOf(encoding)
  if (decompress === null)
    throw new AxisorError('unreadable', `${host} sent a reply in an unknown content encoding`)
  try {
    return decompress(body)
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null
    if (BOMB.has(String(code))) throw new AxisorError('unreadable', `${host} sent more than 8 MiB`)
    // A proxy that decompresses may leave the header as it was.
    if (/^\s*[[{"]/.test(body.toString('latin1', 0, 100))) return body
    throw new AxisorError('unreadable', `${host} sent a reply with damaged compression`)
  }
}

let decoder: TextDecoder | null = null

/**
 * Returns the text of a body. Requests accept no compression, but some proxies and content networks compress all the same. A byte that is not
 * UTF-8 becomes U+FFFD: in a name it must not hide the numbers beside it, and ids with it are rejected.
 * @throws AxisorError unreadable, if the body can't be decompressed
 */
export function bodyText(chunks: readonly Buffer[], headers: IncomingHttpHeaders, host: string): string {
  const [first] = chunks
  let body = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks)
  const names = (headers['content-encoding'] ?? '').toLowerCase().split(',')
  const encodings = names.map(name => name.trim()).filter(name => name !== '' && name !== 'identity')
  if (encodings.length > MAX_ENCODINGS)
    throw new AxisorError('unreadable', `${host} sent a reply in too many content encodings`)
  // The last one was applied last.
  for (const encoding of encodings.reverse()) if (body.length > 0) body = decompressed(body, encoding, host)
  decoder ??= new TextDecoder('utf-8')
  return decoder.decode(body)
}
