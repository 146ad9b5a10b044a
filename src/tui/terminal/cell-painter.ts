import { asciiOf } from '../../domain/ascii.ts'
import { clipLine, type Line } from '../paint/line.ts'
import { isFilled, stylesOf, type Theme } from '../paint/theme.ts'
import { isNarrow, widthOf, widthOfCodePoint } from '../paint/width.ts'
import type { MutableCellRow } from './cell-row.ts'

/** Writes a line into cells, clipped to `width` columns from `column` on. Cells after its end stay as they are. */
export type CellPainter = (row: MutableCellRow, column: number, line: Line, width: number) => void

/** A painter for one theme. */
export function cellPainterOf(theme: Theme): CellPainter {
  const styles = stylesOf(theme)
  return (row, start, line, width) => {
    let column = start
    for (const { text, role } of clipLine(line, width))
      column = writeText(row, column, theme.unicode ? text : asciiOf(text, widthOf), styles[role])
  }
}

/** Returns the column after the text. */
function writeText(row: MutableCellRow, start: number, text: string, style: string): number {
  const blankStyle = style !== '' && isFilled(style) ? style : ''
  if (!isNarrow(text)) return writeWide(row, start, text, style, blankStyle)
  for (let index = 0; index < text.length; index++) {
    const char = text.charAt(index)
    row.chars[start + index] = char
    row.styles[start + index] = char === ' ' ? blankStyle : style
  }
  return start + text.length
}

function writeWide(
  row: MutableCellRow,
  start: number,
  text: string,
  style: string,
  blankStyle: string,
): number {
  let column = start
  for (const char of text) {
    const codePoint = char.codePointAt(0) ?? 0
    // Text is sanitized where it comes in. A control character that slips through would still move the cursor.
    if (isControl(codePoint)) continue
    row.chars[column] = char
    row.styles[column] = char === ' ' ? blankStyle : style
    column++
    if (widthOfCodePoint(codePoint) === 1) continue
    row.chars[column] = ''
    row.styles[column] = style
    column++
  }
  return column
}

function isControl(codePoint: number): boolean {
  return codePoint < 0x20 || (codePoint >= 0x7f && codePoint < 0xa0)
}
