/** A value as SQLite stores it. */
export type Stored = string | number | null | Uint8Array

/** How a field is stored. Null is stored as null. */
export interface Codec {
  /** The declared type of the column. SQLite stores a whole number in a REAL column as an integer. */
  readonly type: 'INTEGER' | 'REAL' | 'BLOB' | 'TEXT'
  /** The stored value is the value. */
  readonly isPlain: boolean
  /** The SQL expression that reads a column of this name; the column itself if it is missing. */
  readonly selected?: (column: string) => string
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

/** Before an id that is stored as text, to tell it from the digits of a UUID. */
const AS_TEXT = '='

/**
 * Ids: a UUID in lower case as 16 bytes, any other as text. The bytes are read as hexadecimal digits: a buffer for each of 100,000 rows
 * takes a fifth of the time of a report.
 */
export const idCodec: Codec = {
  type: 'BLOB',
  isPlain: false,
  selected: column => `iif(typeof(${column}) = 'blob', lower(hex(${column})), '${AS_TEXT}' || ${column})`,
  encode(value) {
    if (typeof value !== 'string') return null
    return UUID.test(value) ? Buffer.from(value.replaceAll('-', ''), 'hex') : value
  },
  decode(stored) {
    const text = String(stored)
    if (text.startsWith(AS_TEXT)) return text.slice(AS_TEXT.length)
    return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`
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
