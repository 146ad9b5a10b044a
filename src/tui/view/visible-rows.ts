import type { OrderRow, PositionRow } from '../../store/view.ts'
import { textOf } from '../input/ui-reducer.ts'
import type { Ui } from '../input/ui-state.ts'
import type { ViewModel } from './view-model.ts'

/** The positions as the person wants them listed: filtered and sorted. */
export function visiblePositions(model: ViewModel, ui: Ui): readonly PositionRow[] {
  const wanted = textOf(ui.filter).toLowerCase()
  const rows = model.positions.filter(({ position }) => matches(wanted, position))
  const sorted = ui.sort.by === 'risk' ? rows : rows.toSorted((a, b) => keyOf(b, ui) - keyOf(a, ui))
  return ui.sort.order === 'usual' ? sorted : sorted.toReversed()
}

/** The orders that match the filter. */
export function visibleOrders(model: ViewModel, ui: Ui): readonly OrderRow[] {
  const wanted = textOf(ui.filter).toLowerCase()
  return model.orders.filter(({ order }) => matches(wanted, order))
}

/** The row that the selection is on: the first one when what was selected has gone. */
export function selectedIndex(rows: readonly PositionRow[], ui: Ui): number {
  return Math.max(
    0,
    rows.findIndex(({ position }) => position.id === ui.selectedId),
  )
}

/** Largest first: P&L, size, age. What is not known comes last. */
function keyOf(row: PositionRow, { sort }: Ui): number {
  if (sort.by === 'P&L') return row.unrealizedPlSats ?? Number.NEGATIVE_INFINITY
  if (sort.by === 'size') return row.position.quantityUsd
  return row.position.openedAt === null ? Number.NEGATIVE_INFINITY : -row.position.openedAt
}

function matches(wanted: string, { id, mode, side }: { id: string; mode: string; side: string }): boolean {
  return wanted === '' || `${id.replaceAll('-', '')} ${id} ${mode} ${side}`.toLowerCase().includes(wanted)
}
