import { formatAge, formatNumber, UNKNOWN } from '../../domain/format.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { isBeyondLiquidation } from '../../store/beyond-liquidation.ts'
import { isAllOld, isPartOld, SHORT_LABELS, stateText } from '../../store/part-text.ts'
import type { OrderRow } from '../../store/view.ts'
import { filterText } from '../input/ui-reducer.ts'
import { fitParts, part } from '../paint/fit.ts'
import { type Line, lineOfText, rowSegment, segment, spread } from '../paint/line.ts'
import { dollars, marked, orderText, price } from '../view/format.ts'
import { hasSnapshot, isOld, type RenderContext } from '../view/render-context.ts'
import { exchangeNow } from '../view/time-format.ts'
import { selectedOrderIndex, visibleOrders } from '../view/visible-rows.ts'
import type { Panel } from './panel.ts'
import { otherMarketRemark, partRemarks, unreadableRows } from './part-remarks.ts'
import { scroll } from './scroll.ts'

/** Open orders, each with its distance from the market. */
export function ordersPanel(context: RenderContext): Panel {
  const { model } = context
  const rows = visibleOrders(model, context.ui)
  const remarks = orderRemarks(context, rows, context.columns)
  return {
    pane: 'orders',
    title: `${context.info.t('ORDERS')} ${countText(context)}${problemText(context)}${filteredText(context, rows)}`,
    note: '',
    preferredHeight: rows.length + remarks.length,
    draw: (width, height) => {
      const selected = selectedOrderIndex(rows, context.ui)
      const hasFocus = context.ui.focus === 'orders'
      const lines = rows.map((row, index) => orderLine(context, row, width, hasFocus && index === selected))
      const items = [...lines, ...orderRemarks(context, rows, width)]
      if (height === 1 && items.length > 1) return [firstOfSeveral(context, rows, width, items.length)]
      return scroll(withRowShown(context, rows, height), 'orders', items, height, line => [line])
    },
  }
}

/** The selected order, else the one past a liquidation, and the number of further lines: there is one row for all. */
function firstOfSeveral(
  context: RenderContext,
  rows: readonly OrderRow[],
  width: number,
  count: number,
): Line {
  const { positions } = context.model
  const hasFocus = context.ui.focus === 'orders'
  const [first] = rows
  const selected = rows[selectedOrderIndex(rows, context.ui)]
  const trap = rows.find(row => isBeyondLiquidation(row, positions))
  const row = (hasFocus ? selected : trap) ?? first
  const more = ` ${context.info.t('+{count} more', { count: count - 1 })}`
  if (row === undefined) return lineOfText(` ${more}`, 'faint')
  return spread(orderLine(context, row, width - more.length, hasFocus), [segment(more, 'faint')], width)
}

/** The context in which the selected order is visible; with the last one also all that follows. */
function withRowShown(context: RenderContext, rows: readonly OrderRow[], height: number): RenderContext {
  const { ui } = context
  const index = selectedOrderIndex(rows, ui)
  const first = index === rows.length - 1 ? Number.MAX_SAFE_INTEGER : Math.max(0, index - height + 2)
  return { ...context, ui: { ...ui, offsets: { ...ui.offsets, orders: index === 0 ? 0 : first } } }
}

const ORDER_PARTS = ['isolatedOrders', 'crossOrders'] as const

/** The number of orders; `2+` if others may be unread. */
function countText({ model }: RenderContext): string {
  const { parts } = model.source
  const isWhole = ORDER_PARTS.every(part => parts[part].ageMs !== null && parts[part].unreadable.length === 0)
  const { length } = model.orders
  if (isWhole) return String(length)
  return length > 0 ? `${length}+` : UNKNOWN
}

/** What the filter hides. In the title, since the row that says so may not fit. */
function filteredText({ model, ui, info }: RenderContext, rows: readonly OrderRow[]): string {
  const hidden = model.orders.length - rows.length
  return hidden === 0
    ? ''
    : ` · ${info.t('{count} hidden by filter "{filter}"', { filter: sanitize(filterText(ui.filter)), count: hidden })}`
}

/** The part that is not current. In the title, since a small pane has no room for the reason. */
function problemText({ model, info: { t } }: RenderContext): string {
  const { source } = model
  const name = ORDER_PARTS.find(part => isPartOld(source.parts[part]))
  return name === undefined || !hasSnapshot(model) || isAllOld(source)
    ? ''
    : ` · ${t.sentence(SHORT_LABELS[name])} ${t.sentence(stateText(source.parts[name]))}`
}

function orderLine(context: RenderContext, row: OrderRow, width: number, isSelected: boolean): Line {
  const { t } = context.info
  const { order, distanceFromMark } = row
  const isBuy = order.side === 'long'
  const side = orderText(context, order)
  const sideColumns = Math.max(t('BUY').length, t('SELL').length)
  const away =
    distanceFromMark === null
      ? UNKNOWN
      : `${formatNumber(Math.abs(distanceFromMark) * 100, 2)}% ${distanceFromMark < 0 ? t('below') : t('above')}`
  const mode = order.mode === 'cross' ? 'cross' : `iso ${formatNumber(order.leverage)}x`
  const trap = isBeyondLiquidation(row, context.model.positions)
  const source = order.mode === 'cross' ? 'crossOrders' : 'isolatedOrders'
  const isOther = order.otherMarket !== null
  const quantity = isOther ? UNKNOWN : dollars(context, order.quantityUsd)
  const distance = marked(context, [source, 'market'], away)
  return [
    rowSegment(order.id, isSelected ? '▸' : ' ', 'accent'),
    segment(isOld(context, [source]) ? '~' : ' ', 'warn'),
    ...fitParts(
      [
        part(`${t(order.type)} ${side.padEnd(sideColumns)} ${quantity.padStart(6)} $ @`, 9),
        part((isOther ? UNKNOWN : price(order.priceUsd)).padStart(8), 9),
        part(` ${mode.padEnd(7)}`, 6),
        part(
          (isOther
            ? t('of {market}', { market: sanitize(order.otherMarket ?? '') })
            : `${distance} ${isBuy ? 'bid' : 'ask'}`
          ).padStart(16),
          7,
        ),
        part(trap ? t('past LIQ') : '', 8, 'warn'),
        part(
          `${t('open')} ${formatAge(order.createdAt === null ? null : exchangeNow(context.model) - order.createdAt)}`,
          4,
        ),
      ],
      width - 2,
      1,
    ),
  ]
}

/** What is missing or old in the list, and why it is empty. */
export function orderRemarks(
  context: RenderContext,
  rows: readonly OrderRow[],
  width: number,
): readonly Line[] {
  const { model, info } = context
  const { t } = info
  if (!hasSnapshot(model)) return [lineOfText(`  ${UNKNOWN} ${t('not known yet')}`, 'warn')]
  const markets = model.orders.flatMap(({ order }) => order.otherMarket ?? [])
  const remarks = [
    ...ORDER_PARTS.flatMap(part => unreadableRows(context, part, 'order', width)),
    ...partRemarks(context, ORDER_PARTS, 'orders', width),
    ...otherMarketRemark(context, markets, 'order', width),
  ]
  if (model.orders.length === 0 && remarks.length === 0)
    remarks.push(lineOfText(`  ${t('No open orders')}`, 'faint'))
  else if (rows.length === 0 && model.orders.length > 0)
    remarks.push(lineOfText(`  ${t('No order matches the filter; Esc shows all')}`, 'faint'))
  return remarks
}
