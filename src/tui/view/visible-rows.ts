import type { Position, Side } from '../../domain/position.ts'
import type { OrderRow, PositionRow } from '../../store/view.ts'
import { filterText } from '../input/ui-reducer.ts'
import type { Ui } from '../input/ui-state.ts'
import type { ViewModel } from './view-model.ts'

/** The positions that match the filter, in the chosen order. */
export function visiblePositions(model: ViewModel, ui: Ui): readonly PositionRow[] {
  const query = filterText(ui.filter).toLowerCase()
  const rows = model.positions.filter(({ position }) => matches(query, position))
  const sorted = ui.sort.by === 'risk' ? rows : rows.toSorted((a, b) => keyOf(b, ui) - keyOf(a, ui))
  return ui.sort.order === 'usual' ? sorted : sorted.toReversed()
}

/** The orders that match the filter. */
export function visibleOrders(model: ViewModel, ui: Ui): readonly OrderRow[] {
  const query = filterText(ui.filter).toLowerCase()
  return model.orders.filter(({ order }) => matches(query, order))
}

/** Index of the selected row; 0 if nothing is selected or the selected position is gone. */
export function selectedIndex(rows: readonly PositionRow[], ui: Ui): number {
  return Math.max(
    0,
    rows.findIndex(({ position }) => position.id === ui.selectedId),
  )
}

/** Index of the selected order; 0 if nothing is selected or the selected order is gone. */
export function selectedOrderIndex(rows: readonly OrderRow[], ui: Ui): number {
  return Math.max(
    0,
    rows.findIndex(({ order }) => order.id === ui.selectedOrderId),
  )
}

/** The selected order; undefined without orders that match the filter. */
export function selectedOrder(model: ViewModel, ui: Ui): OrderRow | undefined {
  const rows = visibleOrders(model, ui)
  return rows[selectedOrderIndex(rows, ui)]
}

/** Sort key: largest first. Unknown values come last. */
function keyOf(row: PositionRow, { sort }: Ui): number {
  if (sort.by === 'P&L') return row.unrealizedPlSats ?? Number.NEGATIVE_INFINITY
  if (sort.by === 'size') return row.position.quantityUsd
  return row.position.openedAt === null ? Number.NEGATIVE_INFINITY : -row.position.openedAt
}

/** The side of an order, which also finds positions. */
const ORDER_SIDES: Readonly<Record<Side, string>> = { long: 'buy', short: 'sell' }

function matches(query: string, { id, mode, side }: Pick<Position, 'id' | 'mode' | 'side'>): boolean {
  if (query === '') return true
  return `${id.replaceAll('-', '')} ${id} ${mode} ${side} ${ORDER_SIDES[side]}`.toLowerCase().includes(query)
}
