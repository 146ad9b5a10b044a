/** The value of a cell. */
export type Cell = string | number | boolean | null | readonly string[] | undefined

/** Encodes a cell as in RFC 4180: quotes only if needed, doubles quotes. Null is empty; list items are joined by spaces. */
function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return ''
  const text = typeof cell === 'object' ? cell.join(' ') : String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Returns header and rows as CSV, with CRLF after each line as RFC 4180 requires. */
export function toCsv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map(row => `${row.map(cellText).join(',')}\r\n`).join('')
}
