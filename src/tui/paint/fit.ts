import { type Line, type Segment, widthOfLine } from './line.ts'

/** A piece of a line that may be left out: the lowest `keep` goes first; `Infinity` never goes. */
export interface Part {
  readonly line: Line
  readonly priority: number
}

/** A part of one piece. */
export function part(text: string, keep: number, role: Segment['role'] = 'plain'): Part {
  return { line: [{ text, role }], priority: keep }
}

/** Joins as many parts as fit into `columns`, dropping whole parts, the least important first. */
export function fitParts(parts: readonly Part[], columns: number, gap: number): Line {
  const kept = parts.filter(({ line }) => widthOfLine(line) > 0)
  for (;;) {
    const joined = join(kept, gap)
    if (widthOfLine(joined) <= columns) return joined
    const least = Math.min(...kept.map(({ priority: keep }) => keep))
    if (least === Number.POSITIVE_INFINITY) return joined
    kept.splice(
      kept.findLastIndex(({ priority: keep }) => keep === least),
      1,
    )
  }
}

function join(parts: readonly Part[], gap: number): Line {
  const blank: Segment = { text: ' '.repeat(gap), role: 'plain' }
  return parts.flatMap(({ line }, index) => (index === 0 ? line : [blank, ...line]))
}
