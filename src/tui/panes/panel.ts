import type { PaneName } from '../input/ui-state.ts'
import { type Line, padLine, segment, widthOfLine } from '../paint/line.ts'
import { widthOf } from '../paint/width.ts'
import type { RenderContext } from '../view/render-context.ts'

/**
 * Returns the lines of a pane: at most `height`, each at most `width` columns. Pure, and defined once per module: the canvas
 * mounts a pane again when its paint function is another one.
 */
export type Paint = (context: RenderContext, width: number, height: number) => readonly Line[]

/** The content of a pane with a title, without its frame. */
export interface Panel {
  /** The pane that the focus can be on; null if it never is. */
  readonly pane: PaneName | null
  readonly title: string
  /** Short remark at the right end of the title. */
  readonly note: string
  /** Rows that the whole content takes. */
  readonly preferredHeight: number
  /** At most `height` lines of at most `width` columns. */
  draw(width: number, height: number): readonly Line[]
}

/** Paints one line. */
export function oneLine(lineOf: (context: RenderContext) => Line): Paint {
  return context => [lineOf(context)]
}

/** Paints a panel under a rule with its title. */
export function ruled(panelOf: (context: RenderContext) => Panel): Paint {
  return (context, width, height) => {
    const panel = panelOf(context)
    const start = isFocused(panel, context) ? '─▸ ' : '── '
    return [titleLine(start, panel, ' ─', width), ...panel.draw(width, height - 1)]
  }
}

/** Paints a panel in a box with its title; every line is exactly `width` columns. */
export function boxed(panelOf: (context: RenderContext) => Panel): Paint {
  return (context, width, height) => {
    if (height <= 1) return []
    const panel = panelOf(context)
    const start = isFocused(panel, context) ? '┌▸ ' : '┌─ '
    const lines = panel.draw(width - 4, height - 2)
    const body = Array.from(
      { length: height - 2 },
      (_, row): Line => [
        segment('│ ', 'faint'),
        ...padLine(lines[row] ?? [], width - 4),
        segment(' │', 'faint'),
      ],
    )
    const bottom: Line = [segment(`└${'─'.repeat(Math.max(0, width - 2))}┘`, 'faint')]
    return [titleLine(start, panel, ' ─┐', width), ...body, bottom]
  }
}

/** Puts blocks of lines side by side; each is padded to its width. */
export function beside(blocks: readonly (readonly Line[])[], widths: readonly number[]): readonly Line[] {
  const height = Math.max(0, ...blocks.map(block => block.length))
  return Array.from({ length: height }, (_, row) =>
    blocks.flatMap((block, index) => padLine(block[row] ?? [], widths[index] ?? 0)),
  )
}

/** The positions have their own mark of the selected row. */
function isFocused({ pane }: Panel, { ui }: RenderContext): boolean {
  return pane === ui.focus && pane !== 'positions'
}

function titleLine(start: string, { title, note }: Panel, end: string, width: number): Line {
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
