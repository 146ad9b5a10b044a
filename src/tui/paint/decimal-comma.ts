import type { Line } from './line.ts'

const SIGNED = String.raw`(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+)`
/** Two numbers with a slash between them, such as stop-loss and take-profit, are one: both are written in the same way. */
const NUMBERS = String.raw`(?:(?:${SIGNED}|\d+)/${SIGNED}|${SIGNED}/\d+|${SIGNED})`

/**
 * A number with a decimal point or grouped thousands, as axisor writes it, perhaps after `L`, `S` (the side) or `tr`. Not a part of a
 * name, an address, a path, a time, a version or of another number.
 */
const NUMBER = new RegExp(
  String.raw`(?<=(?:^|[^\p{L}\d_.,/:@])(?:tr|[LS])?)${NUMBERS}(?![.,:/@]?\d|[\p{L}]*[./:@]\p{L})`,
  'gu',
)

/** Returns the text with a decimal comma and grouped by points: `1,234.5` → `1.234,5`. As wide as before. */
export function withDecimalComma(text: string): string {
  return text.replace(NUMBER, number => number.replace(/[.,]/g, sign => (sign === '.' ? ',' : '.')))
}

/** The same for a line. Verbatim text stays: another party or the user wrote it. */
export function lineWithDecimalComma(line: Line): Line {
  return line.map(segment =>
    segment.verbatim === true ? segment : { ...segment, text: withDecimalComma(segment.text) },
  )
}
