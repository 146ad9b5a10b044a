import { formatAge } from '../../domain/format.ts'
import type { Position } from '../../domain/position.ts'
import type { Warning } from '../../domain/risk.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { isPartOld, partReason } from '../../store/part-text.ts'
import type { PositionRow } from '../../store/view.ts'
import { type Line, lineOfText, segment } from '../paint/line.ts'
import {
  amount,
  distancePercent,
  dollars,
  level,
  price,
  riskLabel,
  riskRole,
  rowMarked,
  signedAmount,
  signedDollars,
  stopLoss,
  wholeDollars,
} from '../view/format.ts'
import { nameOf, unreadText } from '../view/position-name.ts'
import type { RenderContext } from '../view/render-context.ts'
import { exchangeNow } from '../view/time-format.ts'
import { selectedIndex, visiblePositions } from '../view/visible-rows.ts'
import { leverageText } from './position-columns.ts'

/** The selected position with every known figure. */
export function positionDetailLines(context: RenderContext): readonly Line[] {
  const { t } = context.info
  const rows = visiblePositions(context.model, context.ui)
  const row = rows[selectedIndex(rows, context.ui)]
  if (row === undefined) return [lineOfText(`  ${t('No position selected')}`, 'faint')]
  const { position } = row
  return [
    [
      segment('  '),
      segment(nameOf(position), 'strong'),
      segment('  '),
      segment(riskLabel(context, row.risk), riskRole(row.risk)),
    ],
    pair('id', sanitize(position.id)),
    pair(
      t('quantity'),
      `${dollars(context, position.quantityUsd)} USD   ${t(position.mode)} ${leverageText(position.leverage)}`,
    ),
    pair(t('entry'), `${price(position.entryPriceUsd)}${entryNote(context, position)}`),
    pair(
      t('close at'),
      `${rowMarked(context, row, price(row.markPriceUsd))}   ${t('{price} of the bucket of this size', { price: position.side === 'long' ? 'bid' : 'ask' })}`,
    ),
    ...resultLines(context, row),
    ...levelLines(context, row),
    pair(
      t('opened'),
      position.openedAt === null
        ? t('not reported')
        : t('{age} ago', { age: formatAge(exchangeNow(context.model) - position.openedAt) }),
    ),
    ...dataLines(context, row),
    ...(row.warnings.length === 0
      ? []
      : [
          [
            segment(`  ${t('warnings').padEnd(14)}`, 'faint'),
            segment(row.warnings.map(warning => t(WARNINGS[warning])).join(', '), 'warn'),
          ],
        ]),
  ]
}

const WARNINGS = {
  'other-market': 'other market',
  'beyond-liquidation': 'beyond liquidation',
  'no-liquidation-price': 'no liquidation price',
  'stop-loss-beyond-liquidation': 'stop-loss beyond liquidation',
  'no-mark-price': 'no mark price',
  'pl-differs': 'pl differs',
  'no-stop-loss': 'no stop-loss',
} as const satisfies Readonly<Record<Warning, string>>

/** Age of the row, and why it is not current. */
function dataLines(context: RenderContext, row: PositionRow): readonly Line[] {
  const { t } = context.info
  const { source, state } = context.model
  const name = row.position.mode === 'cross' ? 'crossPosition' : 'isolatedPositions'
  const unread = context.model.unread.find(({ id }) => id === row.position.id)
  const age = t('{age} old', { age: formatAge(row.ageMs) })
  const why = isPartOld(source.parts[name]) ? partReason(source, name) : ''
  const reason = t.sentence(unread === undefined ? why : unreadText(unread))
  const isLast = state.lastKnown.has(row.position.id)
  const kept = isLast ? `, ${t('last known')}` : row.isOld ? `, ${t('not current')}` : ''
  const { otherMarket } = row.position
  return [
    pair(t('data'), `${age}${kept}${reason === '' ? '' : `: ${reason}`}`),
    ...(otherMarket === null
      ? []
      : [
          pair(
            t('market'),
            t('{market}: not valued, in units of that market', { market: sanitize(otherMarket) }),
          ),
        ]),
  ]
}

/** What the exchange's P&L shows about the entry; empty if there is one price only. */
function entryNote({ info: { t } }: RenderContext, { entryCandidates, entrySource }: Position): string {
  const { priceUsd = null, entryPriceUsd = null } = entryCandidates ?? {}
  if (priceUsd === null || entryPriceUsd === null || entrySource === 'same') return ''
  const fill = t('filled at {price}', { price: price(entryPriceUsd) })
  switch (entrySource) {
    case 'price':
      return `   ${fill}`
    case 'entryPrice':
      return `   ${t("the fill; exchange's price {price} does not fit its P&L", { price: price(priceUsd) })}`
    case 'neither':
      return `   ${fill}; ${t("neither fits the exchange's P&L")}`
    default:
      return `   ${fill}; ${t('not decided yet')}`
  }
}

function basisNote({ info: { t } }: RenderContext, { maintenanceMarginBasis: basis }: PositionRow): string {
  if (basis === null) return ''
  return ` ${basis === 'net' ? t('net of opening fee') : t('with opening fee')}`
}

function cashInLines(context: RenderContext, { position }: PositionRow): readonly Line[] {
  const { cashInMarginSats, cashInPlSats } = position
  if (!cashInMarginSats && !cashInPlSats) return []
  const { t } = context.info
  const ofPl = t('{amount} from P&L', { amount: amount(context, cashInPlSats) })
  const ofMargin = t('{amount} from margin', { amount: amount(context, cashInMarginSats) })
  return [pair(t('cash-in'), `${ofPl}   ${ofMargin}`)]
}

function resultLines(context: RenderContext, row: PositionRow): readonly Line[] {
  const { t } = context.info
  const { position } = row
  const paid = position.fundingPaidSats
  const fee = position.openingFeeSats
  const own =
    position.exchangePlSats === null ? t('not reported') : signedAmount(context, position.exchangePlSats)
  const difference =
    row.plDifferenceSats === null
      ? ''
      : `   Δ ${signedAmount(context, row.plDifferenceSats)} ${t('beyond price movement')}`
  return [
    pair(
      t('P&L gross'),
      `${rowMarked(context, row, signedAmount(context, row.unrealizedPlSats))} ${context.ui.unit}   ${rowMarked(context, row, signedDollars(context, row.unrealizedPlUsd))} USD`,
    ),
    pair(
      t('P&L net'),
      `${rowMarked(context, row, signedAmount(context, row.netPlSats))} ${context.ui.unit}   ${t('after opening and closing fees')}`,
    ),
    pair(t('exchange P&L'), `${own}${difference}`),
    pair(
      t('margin'),
      `${amount(context, position.marginSats)} ${context.ui.unit}   ${t('maintenance')} ${amount(context, position.maintenanceMarginSats)}${basisNote(context, row)}`,
    ),
    ...cashInLines(context, row),
    pair(
      t('fees, funding'),
      `${signedAmount(context, fee === null ? null : 0 - fee)} ${t('opening')}   ${signedAmount(context, paid === null ? null : 0 - paid)} ${t('funding')}`,
    ),
    pair(t('break-even'), price(row.breakEvenUsd)),
  ]
}

function levelLines(context: RenderContext, row: PositionRow): readonly Line[] {
  const { position } = row
  const { t } = context.info
  const none = position.mode === 'cross' ? '—' : t('none')
  const away =
    row.liquidationDistanceUsd === null
      ? ''
      : `   ${rowMarked(context, row, distancePercent(row))}%   ${t('{dollars} USD away', { dollars: rowMarked(context, row, wholeDollars(row.liquidationDistanceUsd)) })}`
  return [
    [
      segment(`  ${t('liquidation').padEnd(14)}`, 'faint'),
      segment(level(position.liquidationPriceUsd, t('n/a: the exchange reports none')), riskRole(row.risk)),
      segment(away),
    ],
    pair(t('stops'), `SL ${stopLoss(context, position, none)}   TP ${level(position.takeProfitUsd, none)}`),
  ]
}

function pair(label: string, text: string): Line {
  return [segment(`  ${label.padEnd(14)}`, 'faint'), segment(text)]
}
