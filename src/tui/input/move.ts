import type { PaneName, Ui, UiContext } from './ui-state.ts'

/** Moves the selection of the pane that has the focus, or scrolls what covers it, within the limits of the last frame. */
export function move(ui: Ui, by: number, context: UiContext): Ui {
  const isList = ui.overlay === 'whole' && ui.focus === 'closed' && context.closed.rows.count > 0
  return moveIn(ui, MOVES_ROW.has(ui.overlay) || isList ? ui.focus : 'overlay', by, context)
}

/** Overlays that show the selected row: the keys select another. */
const MOVES_ROW: ReadonlySet<Ui['overlay']> = new Set(['none', 'detail', 'order'])

/** The same in any pane. Positions, orders and closed trades show the rows around the selected one; all others have an offset. */
export function moveIn(ui: Ui, target: PaneName | 'overlay', by: number, context: UiContext): Ui {
  if (target === 'closed') return moveClosed(ui, by, context)
  if (target === 'orders')
    return { ...ui, selectedOrderId: movedId(context.orderIds, ui.selectedOrderId, by) }
  if (target === 'positions') return { ...ui, selectedId: movedId(context.ids, ui.selectedId, by) }
  const offset = Math.max(0, Math.min(context.scrollLimits.get(target) ?? 0, (ui.offsets[target] ?? 0) + by))
  return { ...ui, offsets: { ...ui.offsets, [target]: offset } }
}

function movedId(ids: readonly string[], selected: string | null, by: number): string | null {
  const index = selected === null ? 0 : Math.max(0, ids.indexOf(selected))
  return ids[Math.min(ids.length - 1, Math.max(0, index + by))] ?? null
}

/** Selects another closed trade. */
function moveClosed(ui: Ui, by: number, { closed }: UiContext): Ui {
  const { rows, index } = closed
  const next = Math.max(0, Math.min(rows.count - 1, index + by))
  return { ...ui, closed: { index: next, id: next === 0 ? null : (rows.at(next)?.id ?? null) } }
}
