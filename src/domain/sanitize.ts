/** Allows the ellipsis, which marks a cut: sanitizing a text twice must not change it. */
const NOT_ASCII = /[^\x20-\x7e\u2026]/gu

/** Text without anything to replace, which is the usual case: a test is cheaper than the replacements. */
const PLAIN = /^(?:[\x21-\x7e]+(?: [\x21-\x7e]+)*)?$/

/** UTF-16 units that are read for each one of the result: bounds the cost of a text of blanks or marks. */
const MAX_READ_PER_UNIT = 10

export interface SanitizeOptions {
  /** Maximum length in UTF-16 units, at least 1; a longer text is cut and ends with an ellipsis. Default: 1,000. */
  readonly maxLength?: number
  /** Also replaces everything outside ASCII: for names from an ASCII alphabet, in which look-alike letters must be visible. */
  readonly asciiOnly?: boolean
}

/**
 * Makes foreign text safe to print on a terminal: one line, with as many cells as visible code points.
 * Composes it (NFC), drops modifiers, replaces each unsafe character with `?` and each run of white space with one space,
 * and cuts text that is too long. The result has no more cells than the text. Idempotent.
 */
export function sanitize(
  text: string,
  { maxLength = 1_000, asciiOnly = false }: SanitizeOptions = {},
): string {
  const read = text.slice(0, maxLength * MAX_READ_PER_UNIT)
  const clean = PLAIN.test(read) ? read : printable(read)
  const shown = asciiOnly ? clean.replace(NOT_ASCII, '?') : clean
  return read.length === text.length ? truncate(shown, maxLength) : cut(shown, maxLength)
}

/** Returns a text of at most `maxLength` UTF-16 units; one that is cut ends with an ellipsis. Line breaks are kept. */
export function truncate(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : cut(text, maxLength)
}

/**
 * Replaces what is not printable. Its expressions are made when a text needs them, not when this file is loaded: V8 builds their sets of
 * characters as it makes them, which took a millisecond of each start.
 */
function printable(text: string): string {
  // Beyond the 30 marks of Unicode's stream-safe text (UAX #15): a longer run takes quadratic time to compose.
  const excessMarks = /(?<=\p{M}{30})\p{M}+/gu
  // Marks, joiners and emoji modifiers: each only changes how its neighbor is drawn.
  const modifier = /\p{M}|\u200d|[\u{1f3fb}-\u{1f3ff}]/gu
  // Control, format and bidirectional characters, invisible letters, lone surrogates, private and unassigned code points, halves of flags.
  const unsafe =
    /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{1f1e6}-\u{1f1ff}]/gu
  // White space is replaced first, because line breaks and tabs are control characters too. It is merged last, because dropped marks
  // may have separated it.
  return text
    .replace(excessMarks, '')
    .normalize('NFC')
    .replace(/\s/g, ' ')
    .replace(modifier, '')
    .replace(unsafe, '?')
    .replace(/ +/g, ' ')
    .trim()
    .normalize('NFC')
}

function cut(text: string, maxLength: number): string {
  const kept = text.slice(0, maxLength - 1)
  return `${kept.replace(/[\ud800-\udbff]$/, '').trimEnd()}…`
}
