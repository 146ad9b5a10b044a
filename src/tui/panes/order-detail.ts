import { formatAge, formatNumber, UNKNOWN } from '../../domain/format.ts'
import type { PartName } from '../../domain/parts.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { isBeyondLiquidation } from '../../store/beyond-liquidation.ts'
import { type OrderFillView, selectOrderFill } from '../../store/selectors/order-fill.ts'
import type { OrderRow } from '../../store/view.ts'
import { type Line, lineOfText, segment } from '../paint/line.ts'
import { wrapLine } from '../paint/wrap.ts'
import { amount, dollars, marked, orderText, price, signedAmount, signedDollars } from '../view/format.ts'
import { nameOf, shortIdOf } from '../view/position-name.ts'
import type { RenderContext } from '../view/render-context.ts'
import { SOURCES } from '../view/sources.ts'
import { exchangeNow } from '../view/time-format.ts'
import { selectedOrder, visibleOrders } from '../view/visible-rows.ts'
import { orderRemarks, ordersPanel } from './orders.ts'
import type { Panel } from './panel.ts'
import { scroll } from './scroll.ts'
import { cutLines } from './whole.ts'

const INDENT = 16

/** The selected order: what it reserves, and what its fill would do. */
export function orderDetailPanel(context: RenderContext): Panel {
  return {
    pane: null,
    title: 'ORDER',
    note: 'Esc back',
    preferredHeight: 0,
    draw: (width, height) =>
      scroll(context, 'overlay', [...orderLines(context), ...listLines(context)], height, line =>
        wrapLine(line, width, INDENT),
      ),
  }
}

/** What the pane of the orders may cut. */
function listLines(context: RenderContext): readonly Line[] {
  const rows = visibleOrders(context.model, context.ui)
  return cutLines(context, ordersPanel(context), (wide, width) => orderRemarks(wide, rows, width))
}

function orderLines(context: RenderContext): readonly Line[] {
  const { model, ui } = context
  const row = selectedOrder(model, ui)
  if (row === undefined) return [lineOfText('  No open order', 'faint')]
  const { order } = row
  const fill = selectOrderFill(model.state, order, model.totals.netExposureUsd)
  const isOther = order.otherMarket !== null
  const name = order.mode === 'cross' ? 'cross' : shortIdOf(order.id, order.mode)
  return [
    [
      segment('  '),
      segment(`${name} ${order.type} ${orderText(order)}`, 'strong'),
      segment(isOther ? `  of ${sanitize(order.otherMarket ?? '')}: not valued` : ''),
    ],
    pair(
      'quantity',
      isOther ? UNKNOWN : `${dollars(context, order.quantityUsd)} USD   ${modeText(context, row)}`,
    ),
    pair('price', isOther ? UNKNOWN : `${price(order.priceUsd)}${awayText(context, row)}`),
    pair('reserved', reservedText(context, row, fill)),
    ...(isOther ? [] : [lineOfText('  If it fills at its price and nothing else changes:', 'faint')]),
    ...(isOther ? [] : fillLines(context, row, fill)),
    [],
    pair(
      'placed',
      order.createdAt === null ? 'not reported' : `${formatAge(exchangeNow(model) - order.createdAt)} ago`,
    ),
    pair('id', sanitize(order.id)),
  ]
}

function modeText({ model }: RenderContext, { order }: OrderRow): string {
  const leverage = order.mode === 'cross' ? (model.state.cross?.value.leverage ?? null) : order.leverage
  return `${order.mode} ${formatNumber(leverage, Number.isInteger(leverage) ? 0 : 1)}x`
}

function awayText(context: RenderContext, { order, distanceFromMark }: OrderRow): string {
  if (distanceFromMark === null) return ''
  const percent = `${formatNumber(Math.abs(distanceFromMark) * 100, 2)}%`
  const mark = marked(context, ['market'], percent)
  return `   ${mark} ${distanceFromMark < 0 ? 'below' : 'above'} the ${order.side === 'long' ? 'bid' : 'ask'}`
}

function reservedText(context: RenderContext, { order }: OrderRow, fill: OrderFillView): string {
  const { unit } = context.ui
  const used = fill.usedSats === null ? '' : `; its fill uses ${amount(context, fill.usedSats)} ${unit}`
  if (order.mode === 'cross') return `nothing of the balance${used} of the cross margin`
  if (order.reservedSats === null) return `not reported${used}`
  return `${amount(context, order.reservedSats)} ${unit}: margin and both fees`
}

function sourcesOf({ order }: OrderRow): readonly PartName[] {
  return order.mode === 'cross' ? ['crossOrders', 'crossPosition'] : ['isolatedOrders']
}

function fillLines(context: RenderContext, row: OrderRow, fill: OrderFillView): readonly Line[] {
  const mark = (text: string): string => marked(context, sourcesOf(row), text)
  const { unit } = context.ui
  const { after, unknownReason, realizedPlSats } = fill
  const fee = fill.feeSats === null ? null : 0 - fill.feeSats
  const realized =
    realizedPlSats === null || realizedPlSats === 0
      ? ''
      : `   realizes ${mark(signedAmount(context, realizedPlSats))} ${unit}`
  return [
    ...warningLines(context, row, fill),
    ...(unknownReason === null
      ? positionLines(context, row, after, mark)
      : [pair('position', `not known: ${unknownReason}`, 'warn')]),
    pair('fee', `${mark(signedAmount(context, fee))} ${unit}${realized}`),
    pair('exposure', exposureText(context, fill)),
  ]
}

function positionLines(
  context: RenderContext,
  { order }: OrderRow,
  after: OrderFillView['after'],
  mark: (text: string) => string,
): readonly Line[] {
  const before = order.mode === 'cross' ? (context.model.state.cross?.value.position ?? null) : null
  if (after === null) return [pair('position', 'closed: the cross position is flat')]
  const what =
    order.mode === 'isolated'
      ? 'a new one'
      : before === null
        ? 'opened'
        : `was ${dollars(context, before.quantityUsd)} ${before.side.toUpperCase()}`
  const level = after.liquidationUsd === null ? 'none' : mark(price(after.liquidationUsd))
  const was = before === null ? '' : `   was ${price(before.liquidationPriceUsd)}`
  const away =
    after.liquidationDistance === null
      ? ''
      : `   ${mark(formatNumber(after.liquidationDistance * 100, 2))}% from the order`
  return [
    pair('position', `${mark(dollars(context, after.quantityUsd))} ${after.side.toUpperCase()}   ${what}`),
    pair(
      'liquidation',
      `${level}${was}${away}`,
      (after.liquidationDistance ?? 1) <= 0 ? 'critical' : 'plain',
    ),
    pair(
      'entry',
      `${mark(price(after.entryUsd))}${before === null ? '' : `   was ${price(before.entryPriceUsd)}`}`,
    ),
    pair('margin', `${mark(amount(context, after.marginSats))} ${context.ui.unit}`),
  ]
}

function warningLines({ model }: RenderContext, row: OrderRow, fill: OrderFillView): readonly Line[] {
  const { positions } = model
  if (fill.comesAfterLiquidation)
    return [
      lineOfText('  ! the cross position is liquidated before this price, which cancels its orders', 'warn'),
    ]
  const first = positions.find(each => isBeyondLiquidation(row, [each]))
  if (first === undefined) return []
  return [lineOfText(`  ! ${nameOf(first.position)} is liquidated before this price`, 'warn')]
}

function exposureText(context: RenderContext, { exposureAfterUsd }: OrderFillView): string {
  const mark = (value: number | null): string =>
    marked(context, SOURCES.margin, signedDollars(context, value, 0))
  return `net ${mark(exposureAfterUsd)} USD, now ${mark(context.model.totals.netExposureUsd)}`
}

function pair(label: string, text: string, role: 'plain' | 'warn' | 'critical' = 'plain'): Line {
  return [segment(`  ${label.padEnd(14)}`, 'faint'), segment(text, role)]
}
