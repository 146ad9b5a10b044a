/** Byte order marks, with the encoding that each one names. */
const MARKS: readonly (readonly [readonly number[], string])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
]

/** Decodes UTF-8, or what a byte order mark names, without the mark: programs of Windows write one before texts. */
export function decodeText(bytes: Uint8Array): string {
  const marked = MARKS.find(([mark]) => mark.every((byte, index) => bytes[index] === byte))
  return new TextDecoder(marked?.[1] ?? 'utf-8').decode(bytes)
}
