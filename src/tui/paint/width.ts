import { eastAsianWidth } from 'get-east-asian-width'

/** No code point below this one is wide. */
const FIRST_WIDE = 0x1100

/** Columns of one code point, 1 or 2. Ambiguous ones count as 1: what terminals do outside East Asian settings. */
export function widthOfCodePoint(codePoint: number): 1 | 2 {
  return codePoint < FIRST_WIDE ? 1 : eastAsianWidth(codePoint)
}

/** Text of one column per UTF-16 unit: all below U+1100, and the signs that the screens are drawn with. */
const NARROW = /^[\u0020-\u007e\u00a0-\u10ff\u2010-\u22ff\u2500-\u25fc]*$/

/** True if every UTF-16 unit of the text is one printable column wide. */
export function isNarrow(text: string): boolean {
  return NARROW.test(text)
}

/** Columns of a text on the screen. The text must be sanitized: no control characters, no combining marks. */
export function widthOf(text: string): number {
  if (isNarrow(text)) return text.length
  let width = 0
  for (const character of text) width += widthOfCodePoint(character.codePointAt(0) ?? 0)
  return width
}
