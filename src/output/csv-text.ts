/** What can stand in a cell. */
export type Cell = string | number | boolean | null | readonly string[] | undefined

/** RFC 4180: quoted when needed, quotes doubled. Not known is empty, lists are joined by spaces. */
function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return ''
  const text = typeof cell === 'object' ? cell.join(' ') : String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Header and rows, with CRLF at the end of each line, as RFC 4180 has it. */
export function toCsv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map(row => `${row.map(cellText).join(',')}\r\n`).join('')
}
