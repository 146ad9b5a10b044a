import { type Line, type Segment, segment, widthOfLine } from './line.ts'
import { widthOf } from './width.ts'

/** Before each word. A number and its unit are one word. */
const WORDS = /(?<= )(?=[^ ])(?!(?<=\d )(?:(?:sats?|BTC|USD|usd)\b|\$(?= |$)))/

/**
 * Splits a line into lines of at most `columns`, at blanks. Later lines start with `indent` blanks; with fewer before a word that is too
 * long for that. Only a word longer than a line is split itself.
 */
export function wrapLine(line: Line, columns: number, indent: number): readonly Line[] {
  if (widthOfLine(line) <= columns) return [line]
  const most = Math.min(indent, Math.floor(columns / 2))
  const lines: Segment[][] = [[]]
  let width = 0
  for (const { text, ...style } of line)
    for (const word of text.split(WORDS).flatMap(each => pieces(each, columns))) {
      const needed = widthOf(word.trimEnd())
      const isTooLong = needed > columns - most && width > 0
      if (width + needed > columns && (width > most || isTooLong)) {
        width = Math.max(0, Math.min(most, columns - needed))
        lines.push([segment(' '.repeat(width))])
      }
      lines.at(-1)?.push({ ...style, text: word })
      width += widthOf(word)
    }
  return lines
}

/** A word in parts that fit into a line each. */
function pieces(word: string, columns: number): readonly string[] {
  if (columns < 2 || widthOf(word.trimEnd()) <= columns) return [word]
  const parts = ['']
  for (const char of word) {
    const last = parts.at(-1) ?? ''
    if (widthOf(last + char) > columns && char !== ' ') parts.push(char)
    else parts[parts.length - 1] = last + char
  }
  return parts
}
