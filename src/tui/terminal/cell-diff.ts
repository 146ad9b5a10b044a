import type { CellRow } from './cell-row.ts'

/** Where the cursor is and how the next character would look. */
interface Pen {
  row: number
  column: number
  style: string
}

/** Ends every style. */
const RESET = '\x1b[m'

/**
 * The codes that turn one screen into the other; '' when they are equal. `before` is null, or a row of it is, when nothing is
 * known of what the terminal shows: then it is written whole. The cursor is left anywhere, the style reset.
 */
export function diffScreens(before: readonly (CellRow | null)[] | null, after: readonly CellRow[]): string {
  const pen: Pen = { row: -1, column: 0, style: '' }
  let codes = ''
  for (const [row, cells] of after.entries()) {
    const known = before?.[row] ?? null
    if (known === cells) continue
    codes += known === null ? wholeRow(pen, row, cells) : changedCells(pen, row, known, cells)
  }
  return pen.style === '' ? codes : codes + RESET
}

function wholeRow(pen: Pen, row: number, cells: CellRow): string {
  let end = cells.chars.length
  while (end > 0 && cells.chars[end - 1] === ' ' && cells.styles[end - 1] === '') end--
  let codes = moveTo(pen, row, 0, cells)
  codes += run(pen, cells, 0, end)
  if (end === cells.chars.length) return codes
  codes += restyle(pen, '')
  return `${codes}\x1b[K`
}

function changedCells(pen: Pen, row: number, before: CellRow, after: CellRow): string {
  let codes = ''
  const columns = after.chars.length
  for (let column = 0; column < columns; column++) {
    if (isSame(before, after, column)) continue
    // A changed right half of a wide character never comes without its left half, which is written with it.
    let end = column + 1
    while (end < columns && (!isSame(before, after, end) || after.chars[end] === '')) end++
    codes += moveTo(pen, row, column, after) + run(pen, after, column, end)
    column = end
  }
  return codes
}

function isSame(before: CellRow, after: CellRow, column: number): boolean {
  return before.chars[column] === after.chars[column] && before.styles[column] === after.styles[column]
}

/** Writes the cells from `start` up to, not including, `end`; the cursor stands on `start`. */
function run(pen: Pen, cells: CellRow, start: number, end: number): string {
  let codes = ''
  for (let column = start; column < end; column++) {
    const sign = cells.chars[column] ?? ''
    const look = cells.styles[column] ?? ''
    if (sign === '') continue
    // A blank looks the same in every style that does not fill its ground.
    if (!(sign === ' ' && look === '' && !fills(pen.style))) codes += restyle(pen, look)
    codes += sign
  }
  // Past the last column terminals differ in where the cursor is; from there no move is relative, for it would go back.
  pen.column = end
  return codes
}

/** The shorter of a code that moves and writing again what lies between. */
function moveTo(pen: Pen, row: number, column: number, cells: CellRow): string {
  if (pen.row === row && pen.column <= column) {
    const gap = column - pen.column
    if (gap === 0) return ''
    const jump = gap === 1 ? '\x1b[C' : `\x1b[${gap}C`
    const rewritten = between(pen, cells, pen.column, column, jump.length)
    pen.column = column
    return rewritten ?? jump
  }
  pen.row = row
  pen.column = column
  return column === 0 ? `\x1b[${row + 1}H` : `\x1b[${row + 1};${column + 1}H`
}

/** The cells between, when they are ASCII of the style at hand and fewer bytes than the jump; null otherwise. */
function between(pen: Pen, cells: CellRow, from: number, to: number, limit: number): string | null {
  if (to - from > limit) return null
  let text = ''
  for (let column = from; column < to; column++) {
    const sign = cells.chars[column] ?? ''
    const look = cells.styles[column] ?? ''
    const fitsStyle = look === pen.style || (sign === ' ' && look === '' && !fills(pen.style))
    if (!fitsStyle || !/^[\x20-\x7e]$/.test(sign)) return null
    text += sign
  }
  return text
}

function fills(look: string): boolean {
  return look.split(';').includes('7')
}

/** The codes that change the style, adding to what is on where that is enough. */
function restyle(pen: Pen, look: string): string {
  const current = pen.style
  if (look === current) return ''
  pen.style = look
  if (look === '') return RESET
  if (current === '') return `\x1b[${look}m`
  if (look.startsWith(`${current};`)) return `\x1b[${look.slice(current.length + 1)}m`
  return `\x1b[0;${look}m`
}
