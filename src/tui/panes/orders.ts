import { formatAge, formatNumber, UNKNOWN } from '../../domain/format.ts'
import type { OrderRow, PositionRow } from '../../store/view.ts'
import { fitParts, part } from '../paint/fit.ts'
import { type Line, lineOfText, segment } from '../paint/line.ts'
import { dollars, orderText, price } from '../view/format.ts'
import { hasSnapshot, type RenderContext } from '../view/render-context.ts'
import { exchangeNow } from '../view/time-format.ts'
import { visibleOrders } from '../view/visible-rows.ts'
import type { Panel } from './panel.ts'
import { unreadable } from './positions.ts'
import { scroll } from './scroll.ts'

/** Open orders, each with its distance from the market. */
export function ordersPanel(context: RenderContext): Panel {
  const { model } = context
  const rows = visibleOrders(model, context.ui)
  const remarks = remarksOf(context, rows)
  const isKnown = model.state.isolatedOrders !== null && model.state.crossOrders !== null
  const count = isKnown ? String(model.orders.length) : UNKNOWN
  return {
    pane: 'orders',
    title: `ORDERS ${count}`,
    note: '',
    preferredHeight: rows.length + remarks.length,
    draw: (width, height) => {
      const lines = rows.map(row => orderLine(context, row, width))
      return scroll(context, 'orders', [...lines, ...remarks], height, line => line)
    },
  }
}

function orderLine(context: RenderContext, row: OrderRow, width: number): Line {
  const { order, distanceFromMark } = row
  const isBuy = order.side === 'long'
  const away =
    distanceFromMark === null
      ? UNKNOWN
      : `${formatNumber(Math.abs(distanceFromMark) * 100, 2)}% ${distanceFromMark < 0 ? 'below' : 'above'}`
  const mode = order.mode === 'cross' ? 'cross' : `iso ${formatNumber(order.leverage)}x`
  const trap = isBeyondLiquidation(row, context.model.positions)
  return [
    segment('  '),
    ...fitParts(
      [
        part(
          `${order.type} ${orderText(order).padEnd(4)} ${dollars(context, order.quantityUsd).padStart(6)} $ @`,
          9,
        ),
        part(price(order.priceUsd).padStart(8), 9),
        part(` ${mode.padEnd(7)}`, 6),
        part(`${away} ${isBuy ? 'bid' : 'ask'}`.padStart(16), 7),
        part(trap ? 'past LIQ' : '', 8, 'warn'),
        part(
          `open ${formatAge(order.createdAt === null ? null : exchangeNow(context.model) - order.createdAt)}`,
          4,
        ),
      ],
      width - 2,
      1,
    ),
  ]
}

/**
 * True if the order would add to a position that is liquidated before: an order to buy below the liquidation of a long, or to sell
 * above that of a short.
 */
export function isBeyondLiquidation({ order }: OrderRow, positions: readonly PositionRow[]): boolean {
  return positions.some(({ position }) => {
    const { side, liquidationPriceUsd } = position
    if (side !== order.side || liquidationPriceUsd === null) return false
    return side === 'long' ? order.priceUsd <= liquidationPriceUsd : order.priceUsd >= liquidationPriceUsd
  })
}

function remarksOf(context: RenderContext, rows: readonly OrderRow[]): readonly Line[] {
  const { model } = context
  const { state } = model
  if (!hasSnapshot(model)) return [lineOfText(`  ${UNKNOWN} not known yet`, 'warn')]
  const remarks: Line[] = []
  if (state.isolatedOrders === null)
    remarks.push(unreadable('Isolated orders', 'futures:isolated:read', state.missing))
  if (state.crossOrders === null)
    remarks.push(unreadable('Cross orders', 'futures:cross:read', state.missing))
  if (model.orders.length === 0 && remarks.length === 0) remarks.push(lineOfText('  No open orders', 'faint'))
  else if (rows.length === 0 && model.orders.length > 0)
    remarks.push(lineOfText('  No order matches the filter; Esc shows all', 'faint'))
  return remarks
}
