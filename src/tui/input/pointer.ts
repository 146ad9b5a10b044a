import { moveIn } from './move.ts'
import { nearRow } from './near-row.ts'
import type { ClickedRow, PaneName, PointerZone, Ui, UiAction, UiContext } from './ui-state.ts'

/** What the mouse did. The place is that of the last frame. */
export interface Pointer {
  readonly kind: 'press' | 'wheel-up' | 'wheel-down'
  readonly zone: PointerZone
  /** Id of the row under the pointer; null if there is none. */
  readonly row: string | null
}

/** Lines of a text per step of the wheel. Lists move by rows. */
const TEXT_LINES = 3
const LISTS: ReadonlySet<PointerZone> = new Set(['positions', 'orders', 'closed'])

/** What the mouse does to the panes; null for nothing. While the palette is open, only the wheel does. */
export function pointerCommand(ui: Ui, pointer: Pointer): UiAction | null {
  const { kind, zone, row } = pointer
  if (zone === 'palette' || zone === 'tabs' || zone === 'sum') return null
  if (kind !== 'press') {
    const lines = LISTS.has(zone) ? 1 : TEXT_LINES
    return { type: 'wheel', pane: zone, by: kind === 'wheel-up' ? -lines : lines }
  }
  if (zone === 'overlay' || ui.palette !== null) return null
  return isSecondClick(ui, pointer) ? { type: 'open' } : { type: 'click', pane: zone, row }
}

/** True if a click is the second one on a row: it opens it, as Enter does. */
export function isSecondClick({ clicked }: Ui, { kind, zone, row }: Pointer): boolean {
  return kind === 'press' && row !== null && clicked?.zone === zone && clicked.row === row
}

/** A click gives a pane the focus and selects the row; the wheel leaves the focus where it is. */
export function pointerReducer(
  ui: Ui,
  action: Extract<UiAction, { type: 'click' | 'wheel' }>,
  context: UiContext,
): Ui {
  if (action.type === 'wheel') return moveIn(ui, action.pane, action.by, context)
  const { pane } = action
  const clicked: ClickedRow | null = action.row === null ? null : { zone: pane, row: action.row }
  const focused = { ...ui, focus: pane, clicked }
  return action.row === null ? focused : selected(focused, pane, action.row, context)
}

/** A row that has gone since the last frame is not selected. */
function selected(ui: Ui, pane: PaneName, id: string, { ids, orderIds, closed }: UiContext): Ui {
  if (pane === 'positions') return ids.includes(id) ? { ...ui, selectedId: id } : ui
  if (pane === 'orders') return orderIds.includes(id) ? { ...ui, selectedOrderId: id } : ui
  const index = pane === 'closed' ? nearRow(closed.rows, closed.index, id) : null
  return index === null ? ui : { ...ui, closed: { index, id } }
}
