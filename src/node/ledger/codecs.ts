/** A value as SQLite stores it. */
export type Stored = string | number | null | Uint8Array

/** How a field is stored. Null is stored as null. */
export interface Codec {
  /** The declared type of the column. SQLite stores a whole number in a REAL column as an integer. */
  readonly type: 'INTEGER' | 'REAL' | 'BLOB' | 'TEXT'
  /** The stored value is the value. */
  readonly isPlain: boolean
  encode(value: unknown): Stored
  decode(stored: Stored): unknown
}

const numberCodec = (type: 'INTEGER' | 'REAL'): Codec => ({
  type,
  isPlain: true,
  encode: value => (typeof value === 'number' ? value : null),
  decode: stored => stored,
})

/** Whole numbers: sats, dollars of quantity, times. */
export const intCodec: Codec = numberCodec('INTEGER')

/** Prices and rates. */
export const realCodec: Codec = numberCodec('REAL')

/** Text of axisor or of the exchange. */
export const textCodec: Codec = {
  type: 'TEXT',
  isPlain: false,
  encode: value => (typeof value === 'string' ? value : null),
  decode: stored => stored,
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Ids: a UUID in lower case as 16 bytes, any other as text. */
export const idCodec: Codec = {
  type: 'BLOB',
  isPlain: false,
  encode(value) {
    if (typeof value !== 'string') return null
    return UUID.test(value) ? Buffer.from(value.replaceAll('-', ''), 'hex') : value
  },
  decode(stored) {
    if (!(stored instanceof Uint8Array)) return stored
    const hex = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength).toString('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  },
}

/** A word of a list, stored as its index. */
export function wordCodec(words: readonly string[]): Codec {
  return {
    type: 'INTEGER',
    isPlain: false,
    encode: value => words.indexOf(String(value)),
    decode: stored => words[Number(stored)] ?? null,
  }
}
