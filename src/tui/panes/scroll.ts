import type { PaneName } from '../input/ui-state.ts'
import { type Line, lineOfText, MORE, segment, textOfLine } from '../paint/line.ts'
import type { RenderContext } from '../view/render-context.ts'

/**
 * The visible part of a list, `height` lines. An item may have several lines; one at the end that does not fit whole is left out. The last
 * line counts the items that are not visible.
 */
export function scroll<Item>(
  context: RenderContext,
  pane: PaneName | 'overlay',
  items: readonly Item[],
  height: number,
  linesOf: (item: Item) => readonly Line[],
): readonly Line[] {
  if (height <= 0) return []
  const whole = itemsThatFit(items, height, linesOf)
  if (whole.count === items.length) {
    context.scrollLimits.set(pane, 0)
    return whole.lines
  }
  const { t } = context.info
  const visible = height - 1
  const furthest = items.length - itemsThatFit(items.toReversed(), visible, linesOf).count
  context.scrollLimits.set(pane, furthest)
  const first = Math.min(context.ui.offsets[pane] ?? 0, furthest)
  const { lines, count } = itemsThatFit(items.slice(first), visible, linesOf)
  const after = items.length - first - count
  const counts = [
    first > 0 ? t('{count} above', { count: first }) : '',
    after > 0 ? t('{count} below', { count: after }) : '',
  ].filter(Boolean)
  return [
    ...lines,
    ...Array.from({ length: visible - lines.length }, (): Line => []),
    lineOfText(`  ${t('+{count} more', { count: first + after })}: ${counts.join(', ')}`, 'faint'),
  ]
}

/** The first items whose lines fit. The first of all is cut if it does not fit alone, and its last line says so. */
export function itemsThatFit<Item>(
  items: readonly Item[],
  height: number,
  linesOf: (item: Item) => readonly Line[],
): { readonly lines: readonly Line[]; readonly count: number } {
  const lines: Line[] = []
  let count = 0
  for (const item of items) {
    if (lines.length >= height) break
    const next = linesOf(item)
    if (count > 0 && lines.length + next.length > height) break
    lines.push(...markedCut(next, height))
    count += 1
  }
  return { lines, count }
}

/** The first lines of several, with `…` if others follow. */
function markedCut(lines: readonly Line[], height: number): readonly Line[] {
  const last = lines[height - 1]
  if (lines.length <= height) return lines
  if (last === undefined) return []
  const gap = textOfLine(last).endsWith(' ') ? '' : ' '
  return [...lines.slice(0, height - 1), [...last, segment(`${gap}${MORE}`)]]
}
