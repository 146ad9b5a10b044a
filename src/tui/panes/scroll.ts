import type { PaneName } from '../input/ui-state.ts'
import { type Line, lineOfText } from '../paint/line.ts'
import type { RenderContext } from '../view/render-context.ts'

/** The visible part of a list, `height` lines. The last line counts the items that do not fit. */
export function scroll<Item>(
  context: RenderContext,
  pane: PaneName | 'overlay',
  items: readonly Item[],
  height: number,
  lineOf: (item: Item) => Line,
): readonly Line[] {
  if (height <= 0) return []
  if (items.length <= height) {
    context.scrollLimits.set(pane, 0)
    return items.map(lineOf)
  }
  const visible = height - 1
  const furthest = items.length - visible
  context.scrollLimits.set(pane, furthest)
  const first = Math.min(context.ui.offsets[pane] ?? 0, furthest)
  const after = items.length - first - visible
  const counts = [first > 0 ? `${first} above` : '', after > 0 ? `${after} below` : ''].filter(Boolean)
  return [
    ...items.slice(first, first + visible).map(lineOf),
    lineOfText(`  +${items.length - visible} more: ${counts.join(', ')}`, 'faint'),
  ]
}
