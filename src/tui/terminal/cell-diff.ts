import { marksBlanks } from '../paint/theme.ts'
import type { CellRow } from './cell-row.ts'

/** Position of the cursor and style of the next character. */
interface Pen {
  row: number
  column: number
  style: string
}

/** Resets the style. */
const RESET = '\x1b[m'

/**
 * Returns the codes that turn one screen into the other; '' if they are equal. A row of `before` that is missing is unknown and
 * written whole, and so is the screen if `before` is null. Leaves the cursor anywhere and the style reset.
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
    // The right half of a wide character never changes without its left half, which is written with it.
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

/** Writes the cells from `start` to before `end`. The cursor must be at `start`. */
function run(pen: Pen, cells: CellRow, start: number, end: number): string {
  let codes = ''
  for (let column = start; column < end; column++) {
    const char = cells.chars[column] ?? ''
    const style = cells.styles[column] ?? ''
    if (char === '') continue
    // A blank looks the same in every style that neither fills nor underlines it.
    if (!(char === ' ' && style === '' && !marksBlanks(pen.style))) codes += restyle(pen, style)
    codes += char
  }
  // Terminals disagree on the cursor after the last column. No relative move starts there: moves only go to the right.
  pen.column = end
  return codes
}

/** The shorter of a cursor move and rewriting the cells in between. */
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

/** The cells in between if they are ASCII in the present style and no longer than the move; null otherwise. */
function between(pen: Pen, cells: CellRow, from: number, to: number, limit: number): string | null {
  if (to - from > limit) return null
  let text = ''
  for (let column = from; column < to; column++) {
    const char = cells.chars[column] ?? ''
    const style = cells.styles[column] ?? ''
    const fitsStyle = style === pen.style || (char === ' ' && style === '' && !marksBlanks(pen.style))
    if (!fitsStyle || !/^[\x20-\x7e]$/.test(char)) return null
    text += char
  }
  return text
}

/** The codes that change the style. Adds to the present style where that is enough. */
function restyle(pen: Pen, style: string): string {
  const current = pen.style
  if (style === current) return ''
  pen.style = style
  if (style === '') return RESET
  if (current === '') return `\x1b[${style}m`
  if (style.startsWith(`${current};`)) return `\x1b[${style.slice(current.length + 1)}m`
  return `\x1b[0;${style}m`
}
