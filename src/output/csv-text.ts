/** The value of a cell. */
export type Cell = string | number | boolean | null | readonly string[] | undefined

/** The time and the origin of data. */
export interface OriginFacts {
  readonly asOf: string
  readonly origin: string | null
  readonly network: string | null
}

/** Text that a spreadsheet would run as a formula. Also full-width signs, which some programs convert. */
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/

/** A number as text is no formula. */
const NUMBER = /^[+-]?\d+(\.\d+)?$/

/** Marks a text as text for spreadsheets, which hide the apostrophe. */
function inert(text: string): string {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text
}

/** Encodes a cell as in RFC 4180: quotes only if needed, doubles quotes. Null is empty; list items are joined by spaces. */
function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return ''
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell)
  const text = inert(typeof cell === 'object' ? cell.join(' ') : cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** The first columns of most tables: time and origin of the data. */
export const ORIGIN_FIELDS = ['asOf', 'origin', 'network'] as const

/** Returns the cells of `ORIGIN_FIELDS`. */
export function originCells({ asOf, origin, network }: OriginFacts): readonly Cell[] {
  return [asOf, origin, network]
}

/** Returns header and rows as CSV, with CRLF after each line as RFC 4180 requires. */
export function toCsv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map(row => `${row.map(cellText).join(',')}\r\n`).join('')
}
