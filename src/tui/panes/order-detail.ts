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
import { hasSnapshot, type RenderContext } from '../view/render-context.ts'
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
    title: context.info.t('ORDER'),
    note: context.info.t('Esc back'),
    preferredHeight: 0,
    draw: (width, height) =>
      scroll(context, 'overlay', linesOf(context), height, line => wrapLine(line, width, INDENT)),
  }
}

/** The selected order; without one the remarks of the list, which say why: orders that are not read are unknown, and not none. */
function linesOf(context: RenderContext): readonly Line[] {
  const { t } = context.info
  const row = selectedOrder(context.model, context.ui)
  if (row !== undefined) return [...orderLines(context, row), ...listLines(context)]
  if (!hasSnapshot(context.model))
    return [lineOfText(`  ${UNKNOWN} ${t('{part} not read yet', { part: t('Open orders') })}`, 'warn')]
  return listLines(context).slice(1)
}

/** What the pane of the orders may cut. */
function listLines(context: RenderContext): readonly Line[] {
  const rows = visibleOrders(context.model, context.ui)
  return cutLines(context, ordersPanel(context), (wide, width) => orderRemarks(wide, rows, width))
}

function orderLines(context: RenderContext, row: OrderRow): readonly Line[] {
  const { model, info } = context
  const { t } = info
  const { order } = row
  const fill = selectOrderFill(model.state, order, model.totals.netExposureUsd)
  const isOther = order.otherMarket !== null
  const name = order.mode === 'cross' ? 'cross' : shortIdOf(order.id, order.mode)
  return [
    [
      segment('  '),
      segment(`${name} ${t(order.type)} ${orderText(context, order)}`, 'strong'),
      segment(
        isOther ? `  ${t('of {market}: not valued', { market: sanitize(order.otherMarket ?? '') })}` : '',
      ),
    ],
    pair(
      t('quantity'),
      isOther ? UNKNOWN : `${dollars(context, order.quantityUsd)} USD   ${modeText(context, row)}`,
    ),
    pair(t('price'), isOther ? UNKNOWN : `${price(order.priceUsd)}${awayText(context, row)}`),
    pair(t('reserved'), reservedText(context, row, fill)),
    ...(isOther ? [] : [lineOfText(`  ${t('If it fills at its price and nothing else changes:')}`, 'faint')]),
    ...(isOther ? [] : fillLines(context, row, fill)),
    [],
    pair(
      t('placed'),
      order.createdAt === null
        ? t('not reported')
        : t('{age} ago', { age: formatAge(exchangeNow(model) - order.createdAt) }),
    ),
    pair('id', sanitize(order.id)),
  ]
}

function modeText({ model, info }: RenderContext, { order }: OrderRow): string {
  const leverage = order.mode === 'cross' ? (model.state.cross?.value.leverage ?? null) : order.leverage
  return `${info.t(order.mode)} ${formatNumber(leverage, Number.isInteger(leverage) ? 0 : 1)}x`
}

function awayText(context: RenderContext, { order, distanceFromMark }: OrderRow): string {
  if (distanceFromMark === null) return ''
  const percent = `${formatNumber(Math.abs(distanceFromMark) * 100, 2)}%`
  const mark = marked(context, ['market'], percent)
  const { t } = context.info
  const way = distanceFromMark < 0 ? t('below') : t('above')
  return `   ${t('{distance} {way} the {price}', { distance: mark, way, price: order.side === 'long' ? 'bid' : 'ask' })}`
}

function reservedText(context: RenderContext, row: OrderRow, fill: OrderFillView): string {
  const { order } = row
  const { t } = context.info
  const { unit } = context.ui
  const sats = `${marked(context, sourcesOf(row), amount(context, fill.usedSats))} ${unit}`
  const used = fill.usedSats === null ? '' : `; ${t('its fill uses {amount}', { amount: sats })}`
  if (order.mode === 'cross')
    return fill.usedSats === null
      ? t('nothing of the balance')
      : t('nothing of the balance; its fill uses {amount} of the cross margin', { amount: sats })
  if (order.reservedSats === null) return `${t('not reported')}${used}`
  return t('{amount}: margin and both fees', { amount: `${amount(context, order.reservedSats)} ${unit}` })
}

function sourcesOf({ order }: OrderRow): readonly PartName[] {
  return order.mode === 'cross' ? ['crossOrders', 'crossPosition'] : ['isolatedOrders']
}

function fillLines(context: RenderContext, row: OrderRow, fill: OrderFillView): readonly Line[] {
  const mark = (text: string): string => marked(context, sourcesOf(row), text)
  const { t } = context.info
  const { unit } = context.ui
  const { after, unknownReason, realizedPlSats } = fill
  const fee = fill.feeSats === null ? null : 0 - fill.feeSats
  const realized =
    realizedPlSats === null || realizedPlSats === 0
      ? ''
      : `   ${t('realizes')} ${mark(signedAmount(context, realizedPlSats))} ${unit}`
  return [
    ...warningLines(context, row, fill),
    ...(unknownReason === null
      ? positionLines(context, row, after, mark)
      : [pair(t('position'), t('not known: {reason}', { reason: t.sentence(unknownReason) }), 'warn')]),
    pair(
      t('fee'),
      `${marked(context, [...sourcesOf(row), 'account'], signedAmount(context, fee))} ${unit}${realized}`,
    ),
    pair(t('exposure'), exposureText(context, row, fill)),
  ]
}

function positionLines(
  context: RenderContext,
  { order }: OrderRow,
  after: OrderFillView['after'],
  mark: (text: string) => string,
): readonly Line[] {
  const { t } = context.info
  const before = order.mode === 'cross' ? (context.model.state.cross?.value.position ?? null) : null
  if (after === null) return [pair(t('position'), t('closed: the cross position is flat'))]
  const what =
    order.mode === 'isolated'
      ? t('a new one')
      : before === null
        ? t('opened')
        : `${t('was')} ${dollars(context, before.quantityUsd)} ${before.side.toUpperCase()}`
  const level = after.liquidationUsd === null ? t('none') : mark(price(after.liquidationUsd))
  const was = before === null ? '' : `   ${t('was')} ${price(before.liquidationPriceUsd)}`
  const away =
    after.liquidationDistance === null
      ? ''
      : `   ${t('{percent}% from the order', { percent: mark(formatNumber(after.liquidationDistance * 100, 2)) })}`
  return [
    pair(t('position'), `${mark(dollars(context, after.quantityUsd))} ${after.side.toUpperCase()}   ${what}`),
    pair(
      t('liquidation'),
      `${level}${was}${away}`,
      (after.liquidationDistance ?? 1) <= 0 ? 'critical' : 'plain',
    ),
    pair(
      t('entry'),
      `${mark(price(after.entryUsd))}${before === null ? '' : `   ${t('was')} ${price(before.entryPriceUsd)}`}`,
    ),
    pair(t('margin'), `${mark(amount(context, after.marginSats))} ${context.ui.unit}`),
  ]
}

function warningLines(
  { model, info: { t } }: RenderContext,
  row: OrderRow,
  fill: OrderFillView,
): readonly Line[] {
  const { positions } = model
  if (fill.comesAfterLiquidation)
    return [
      lineOfText(
        `  ! ${t('the cross position is liquidated before this price, which cancels its orders')}`,
        'warn',
      ),
    ]
  const first = positions.find(each => isBeyondLiquidation(row, [each]))
  if (first === undefined) return []
  return [
    lineOfText(
      `  ! ${t('{position} is liquidated before this price', { position: nameOf(first.position) })}`,
      'warn',
    ),
  ]
}

function exposureText(context: RenderContext, row: OrderRow, { exposureAfterUsd }: OrderFillView): string {
  const mark = (value: number | null, parts: readonly PartName[]): string =>
    marked(context, parts, signedDollars(context, value, 0))
  return context.info.t('net {after} USD, now {now}', {
    after: mark(exposureAfterUsd, [...SOURCES.margin, ...sourcesOf(row)]),
    now: mark(context.model.totals.netExposureUsd, SOURCES.margin),
  })
}

function pair(label: string, text: string, role: 'plain' | 'warn' | 'critical' = 'plain'): Line {
  return [segment(`  ${label.padEnd(14)}`, 'faint'), segment(text, role)]
}
