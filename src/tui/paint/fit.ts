import { type Line, type Segment, widthOfLine } from './line.ts'

/** Segments of a line that are kept or dropped together. The lowest priority is dropped first; `Infinity` never is. */
export interface Part {
  readonly line: Line
  readonly priority: number
}

/** A part of one segment. */
export function part(text: string, priority: number, role: Segment['role'] = 'plain'): Part {
  return { line: [{ text, role }], priority }
}

/** Joins the parts with `gap` blanks. Drops whole parts, the least important first, until they fit into `columns`. */
export function fitParts(parts: readonly Part[], columns: number, gap: number): Line {
  const kept = parts.filter(({ line }) => widthOfLine(line) > 0)
  for (;;) {
    const joined = join(kept, gap)
    if (widthOfLine(joined) <= columns) return joined
    const least = Math.min(...kept.map(({ priority }) => priority))
    if (least === Number.POSITIVE_INFINITY) return joined
    kept.splice(
      kept.findLastIndex(({ priority }) => priority === least),
      1,
    )
  }
}

/** Joins the parts with `gap` blanks in as many lines as they take. No part is dropped or broken. */
export function flowParts(parts: readonly Part[], columns: number, gap: number): readonly Line[] {
  const lines: Line[] = []
  for (const { line } of parts) {
    const last = lines.at(-1)
    const longer: Line | null = last === undefined ? null : [...last, blanks(gap), ...line]
    if (longer !== null && widthOfLine(longer) <= columns) lines[lines.length - 1] = longer
    else lines.push(line)
  }
  return lines
}

function blanks(count: number): Segment {
  return { text: ' '.repeat(count), role: 'plain' }
}

function join(parts: readonly Part[], gap: number): Line {
  return parts.flatMap(({ line }, index) => (index === 0 ? line : [blanks(gap), ...line]))
}
