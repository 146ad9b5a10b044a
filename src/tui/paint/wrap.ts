import { type Line, type Segment, segment, widthOfLine } from './line.ts'
import { widthOf } from './width.ts'

/** Splits a line into lines of at most `columns`, at blanks. Later lines start with `indent` blanks. A longer word has a line of its own. */
export function wrapLine(line: Line, columns: number, indent: number): readonly Line[] {
  if (widthOfLine(line) <= columns) return [line]
  const start = segment(' '.repeat(Math.min(indent, Math.floor(columns / 2))))
  const lines: Segment[][] = [[]]
  let width = 0
  for (const { text, role } of line)
    for (const word of text.split(/(?<= )(?=[^ ])/)) {
      const isFull = width + widthOf(word.trimEnd()) > columns && width > start.text.length
      if (isFull) lines.push([start])
      if (isFull) width = start.text.length
      lines.at(-1)?.push({ text: word, role })
      width += widthOf(word)
    }
  return lines
}
