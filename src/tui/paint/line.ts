import type { ROLES } from '../../domain/theme.ts'
import { widthOf, widthOfCodePoint } from './width.ts'

/** The meaning of a text, styled by the theme. Color is never its only sign. */
export type Role = (typeof ROLES)[number]

/** A text in one role. */
export interface Segment {
  readonly text: string
  readonly role: Role
  /** Id of the row of the list that the line shows: what a click on the line selects. */
  readonly row?: string
  /** True for text of the exchange or of the user: its numbers stay as they were written. */
  readonly verbatim?: boolean
}

/** One row of a pane, from the left. The rest of the row is blank. */
export type Line = readonly Segment[]

/** Marks a clipped line. */
export const MORE = '…'

/** A segment. Foreign text must be sanitized. */
export function segment(text: string, role: Role = 'plain'): Segment {
  return { text, role }
}

/** A segment of a line that shows a row of a list. */
export function rowSegment(row: string, text: string, role: Role = 'plain'): Segment {
  return { text, role, row }
}

/** A line, or a part of one, that shows a row of a list. */
export function withRow(line: Line, row: string): Line {
  return line.map(each => ({ ...each, row }))
}

/** The row of the list that a line shows; null if it shows none. */
export function rowOfLine(line: Line): string | null {
  return line.find(({ row }) => row !== undefined)?.row ?? null
}

/** The row that stands at a column of a line with several, from 0; null between them. */
export function rowAt(line: Line, column: number): string | null {
  let end = 0
  for (const { text, row } of line) {
    end += widthOf(text)
    if (end > column) return row ?? null
  }
  return null
}

/** Text of the exchange or of the user, which stays as it was written. It must be sanitized. */
export function verbatimSegment(text: string, role: Role = 'plain'): Segment {
  return { text, role, verbatim: true }
}

/** A line of one segment; empty for an empty text. */
export function lineOfText(text: string, role: Role = 'plain'): Line {
  return text === '' ? [] : [{ text, role }]
}

/** Width of a line in columns. */
export function widthOfLine(line: Line): number {
  let width = 0
  for (const { text } of line) width += widthOf(text)
  return width
}

/** The text without roles. */
export function textOfLine(line: Line): string {
  return line.map(({ text }) => text).join('')
}

/** Number of UTF-16 units of `text` that fit into `columns`. */
function unitsThatFit(text: string, columns: number): number {
  let units = 0
  let width = 0
  for (const character of text) {
    width += widthOfCodePoint(character.codePointAt(0) ?? 0)
    if (width > columns) break
    units += character.length
  }
  return units
}

const UNIT = /^\(?(?:sats?|USD|usd|BTC|\$)[,.:;)]*$/

/**
 * Where to cut `text` so that it fits. Never inside a word with a digit or right after it: part of a number is another number. Never between
 * a number and its unit, nor inside the unit.
 */
function cutAt(text: string, columns: number): number {
  const units = unitsThatFit(text, columns)
  if (units === text.length) return units
  const wordStart = text.lastIndexOf(' ', units - 1) + 1
  const wordEnd = text.indexOf(' ', units)
  const end = wordEnd === -1 ? text.length : wordEnd
  const word = text.slice(wordStart, end)
  const numberStart = wordStart < 2 ? 0 : text.lastIndexOf(' ', wordStart - 2) + 1
  if (units < end && UNIT.test(word) && /\d/.test(text.slice(numberStart, wordStart))) return numberStart
  return text[units - 1] !== ' ' && /\d/.test(word) ? wordStart : units
}

/** Clips a line to `columns` and marks the cut with an ellipsis. A number is dropped whole rather than cut. */
export function clipLine(line: Line, columns: number): Line {
  if (widthOfLine(line) <= columns) return line
  const whole = textOfLine(line)
  const fits = unitsThatFit(whole, columns)
  // A cut that loses only blanks needs no mark.
  if (whole.slice(fits).trim() === '') return firstUnits(line, fits)
  const clipped = firstUnits(line, cutAt(whole, columns - widthOf(MORE)))
  const last = clipped.at(-1)
  return last === undefined ? clipped : [...clipped.slice(0, -1), { ...last, text: last.text + MORE }]
}

function firstUnits(line: Line, units: number): Line {
  let left = units
  const first: Segment[] = []
  for (const segment of line) {
    if (left <= 0) break
    first.push({ ...segment, text: segment.text.slice(0, left) })
    left -= segment.text.length
  }
  return first
}

/** Clips or pads a line to exactly `columns`, with blanks of `role`. */
export function padLine(line: Line, columns: number, role: Role = 'plain'): Line {
  const clipped = clipLine(line, columns)
  const missing = columns - widthOfLine(clipped)
  return missing <= 0 ? clipped : [...clipped, { text: ' '.repeat(missing), role }]
}

/** Left part, blanks, right part: exactly `columns` wide. Drops the right part if both do not fit. */
export function spread(left: Line, right: Line, columns: number): Line {
  const gap = columns - widthOfLine(left) - widthOfLine(right)
  return gap < 1 ? clipLine(left, columns) : [...left, segment(' '.repeat(gap)), ...right]
}

/** Gives all segments one role; badges and banners keep theirs. */
export function withRole(line: Line, role: Role): Line {
  return line.map(segment =>
    segment.role === 'banner' || segment.role === 'badge' ? segment : { ...segment, role },
  )
}
