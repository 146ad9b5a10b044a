import type { Pane } from '../input/ui-state.ts'
import { type Line, padLine, segment, widthOfLine } from '../paint/line.ts'
import { widthOf } from '../paint/width.ts'

/** A part of the screen with a title; the layout decides where it goes and what frame it gets. */
export interface Panel {
  readonly pane: Pane | null
  readonly title: string
  /** Short remark at the right end of the title. */
  readonly note: string
  /** How many rows of body it would fill. */
  readonly preferredHeight: number
  /** At most `height` lines of at most `width` columns. */
  draw(width: number, height: number): readonly Line[]
}

/** Under a rule: `height` lines, the rule included. */
export function ruled(panel: Panel, focus: Pane, width: number, height: number): readonly Line[] {
  if (height <= 0) return []
  const sign = panel.pane === focus && focus !== 'positions' ? '─▸' : '──'
  const rule = titled(`${sign} `, panel, ' ─', width)
  return filled([rule, ...panel.draw(width, height - 1)], height)
}

/** In a box: `height` lines, the frame included; every line exactly `width` wide. */
export function boxed(panel: Panel, focus: Pane, width: number, height: number): readonly Line[] {
  if (height <= 1) return []
  const sign = panel.pane === focus && focus !== 'positions' ? '┌▸' : '┌─'
  const top = titled(`${sign} `, panel, ' ─┐', width)
  const bottom: Line = [segment(`└${'─'.repeat(Math.max(0, width - 2))}┘`, 'faint')]
  const body = filled(panel.draw(width - 4, height - 2), height - 2).map(
    (line): Line => [segment('│ ', 'faint'), ...padLine(line, width - 4), segment(' │', 'faint')],
  )
  return [top, ...body, bottom]
}

/** Puts blocks of the same height side by side; each is padded to its width. */
export function beside(blocks: readonly (readonly Line[])[], widths: readonly number[]): readonly Line[] {
  const height = Math.max(0, ...blocks.map(block => block.length))
  return Array.from({ length: height }, (_, row) =>
    blocks.flatMap((block, index) => padLine(block[row] ?? [], widths[index] ?? 0)),
  )
}

/** The lines, cut or filled with empty ones to `height`. */
export function filled(lines: readonly Line[], height: number): readonly Line[] {
  return Array.from({ length: Math.max(0, height) }, (_, row) => lines[row] ?? [])
}

function titled(start: string, { title, note }: Panel, end: string, width: number): Line {
  const name: Line = [segment(start, 'faint'), segment(title, 'strong'), segment(' ')]
  const withNote: Line = [segment(' '), segment(note, 'faint')]
  const room = width - widthOfLine(name) - widthOf(end) - widthOfLine(withNote)
  if (room >= 1 && note !== '')
    return [...name, segment('─'.repeat(room), 'faint'), ...withNote, segment(end, 'faint')]
  const closing = end.trimStart()
  const short = width - widthOfLine(name) - widthOf(closing)
  if (short >= 0) return [...name, segment('─'.repeat(short) + closing, 'faint')]
  return padLine([segment(start, 'faint'), segment(title, 'strong')], width)
}
