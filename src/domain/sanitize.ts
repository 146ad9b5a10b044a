/** Marks beyond the 30 of Unicode's stream-safe text (UAX #15): a longer run takes quadratic time to compose. */
const EXCESS_MARKS = /(?<=\p{M}{30})\p{M}+/gu

/** Marks, joiners and emoji modifiers: each only changes how its neighbor is drawn. */
const MODIFIER = /\p{M}|\u200d|[\u{1f3fb}-\u{1f3ff}]/gu

/** Controls, bidirectional and format characters, invisible letters, half surrogates, private and unassigned code points, halves of flags. */
const UNSAFE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{1f1e6}-\u{1f1ff}]/gu

/** The ellipsis marks a cut, so that a cut text passes a second time. */
const NOT_ASCII = /[^\x20-\x7e…]/gu

/** Most foreign text has nothing to replace; testing that is cheaper than replacing. */
const PLAIN = /^(?:[\x21-\x7e]+(?: [\x21-\x7e]+)*)?$/

/** UTF-16 units that are read for each one of the result: bounds the cost of a text of blanks or marks. */
const MAX_READ_PER_UNIT = 10

export interface SanitizeOptions {
  /** Length of the result in UTF-16 units, at least 1; a longer text is cut and ends with an ellipsis. 1,000 by default. */
  readonly maxLength?: number
  /** Replaces everything but ASCII too: for names from an ASCII alphabet, where a look-alike letter must be visible. */
  readonly asciiOnly?: boolean
}

/**
 * Returns foreign text that is safe to print on a terminal, in one line and in as many cells as it has visible code points.
 * Composes it (NFC), drops modifiers, replaces each unsafe character with `?` and each run of white space with one space,
 * and cuts what is too long. The result has no more cells than the text, and is its own result.
 */
export function sanitize(
  text: string,
  { maxLength = 1_000, asciiOnly = false }: SanitizeOptions = {},
): string {
  const read = text.slice(0, maxLength * MAX_READ_PER_UNIT)
  const clean = PLAIN.test(read) ? read : printable(read)
  const shown = asciiOnly ? clean.replace(NOT_ASCII, '?') : clean
  return read.length === text.length && shown.length <= maxLength ? shown : cut(shown, maxLength)
}

function printable(text: string): string {
  // White space goes first, for line breaks and tabs are controls too; it is merged last, for dropped marks may have stood in it.
  return text
    .replace(EXCESS_MARKS, '')
    .normalize('NFC')
    .replace(/\s/g, ' ')
    .replace(MODIFIER, '')
    .replace(UNSAFE, '?')
    .replace(/ +/g, ' ')
    .trim()
    .normalize('NFC')
}

function cut(text: string, maxLength: number): string {
  const kept = text.slice(0, maxLength - 1)
  return `${kept.replace(/[\ud800-\udbff]$/, '').trimEnd()}…`
}
