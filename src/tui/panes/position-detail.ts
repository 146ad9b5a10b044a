import { formatAge, formatNumber } from '../../domain/format.ts'
import type { Warning } from '../../domain/risk.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { PositionRow } from '../../store/view.ts'
import type { EnglishText } from '../lang/catalog.ts'
import { fitParts, type Part, part } from '../paint/fit.ts'
import { type Line, segment } from '../paint/line.ts'
import {
  amount,
  gainRole,
  isRowOld,
  level,
  price,
  rowMarked,
  signedAmount,
  stopLoss,
  stopLossLabel,
  wholeDollars,
} from '../view/format.ts'
import { nameOf } from '../view/position-name.ts'
import type { RenderContext } from '../view/render-context.ts'
import { exchangeNow } from '../view/time-format.ts'
import { selectedIndex, visiblePositions } from '../view/visible-rows.ts'

/** Lines of the detail: none without a position that matches the filter. */
export function detailHeight({ model, ui }: RenderContext): number {
  return visiblePositions(model, ui).length === 0 ? 0 : 2
}

/** The selected position in two lines; empty if there is none. */
export function positionDetail(context: RenderContext, width: number): readonly Line[] {
  const rows = visiblePositions(context.model, context.ui)
  const row = rows[selectedIndex(rows, context.ui)]
  if (row === undefined) return []
  return [
    [segment(' '), ...fitParts(holdings(context, row), width - 1, 2)],
    [segment('   '), ...fitParts(outlook(context, row), width - 3, 3)],
  ]
}

function holdings(context: RenderContext, row: PositionRow): readonly Part[] {
  const { t } = context.info
  const { position } = row
  const { mode, openedAt, fundingPaidSats, otherMarket } = position
  const name = mode === 'cross' ? nameOf(position) : nameOf(position).replace(' ', ' iso ')
  const old = isRowOld(context, row)
    ? [part(t('row {age} old', { age: formatAge(row.ageMs) }), 9, 'warn')]
    : []
  if (otherMarket !== null)
    return [
      part(`▸ ${name}`, 9, 'strong'),
      part(t('market {market}: not valued', { market: sanitize(otherMarket) }), 8, 'warn'),
      ...old,
    ]
  const funding = fundingPaidSats === null ? null : 0 - fundingPaidSats
  return [
    part(`▸ ${name}`, 9, 'strong'),
    ...old,
    part(`${t('margin')} ${amount(context, position.marginSats)}`, 6),
    ...(mode === 'cross'
      ? [part(`${t('used')} ${amount(context, position.runningMarginSats)}`, 5)]
      : [
          part(
            `SL ${stopLoss(context, position, t('none'))}`,
            8,
            stopLossLabel(position) === null ? 'warn' : 'plain',
          ),
          part(`TP ${level(position.takeProfitUsd, t('none'))}`, 7),
        ]),
    part(
      openedAt === null ? '' : t('age {age}', { age: formatAge(exchangeNow(context.model) - openedAt) }),
      4,
    ),
    {
      line: [segment(`${t('funding')} `), segment(signedAmount(context, funding), gainRole(funding))],
      priority: 3,
    },
  ]
}

function outlook(context: RenderContext, row: PositionRow): readonly Part[] {
  if (row.position.otherMarket !== null)
    return [part(context.info.t('its risk is unknown: watch it on the exchange'), 9, 'warn')]
  return [
    ...warningsOf(context, row),
    part(liquidationText(context, row), 8),
    part(row.breakEvenUsd === null ? '' : `${context.info.t('break-even')} ${price(row.breakEvenUsd)}`, 5),
    ...differencePart(context, row),
  ]
}

function liquidationText(context: RenderContext, row: PositionRow): string {
  const { model, info } = context
  const { t } = info
  const { liquidationDistanceUsd, distanceInDayRanges } = row
  if (liquidationDistanceUsd === null) return ''
  const usd = rowMarked(context, row, wholeDollars(Math.abs(liquidationDistanceUsd)))
  if (liquidationDistanceUsd < 0) return t('{dollars} USD past liq', { dollars: usd })
  const { low24hUsd, high24hUsd } = model.market
  const range = low24hUsd === null || high24hUsd === null ? null : high24hUsd - low24hUsd
  const inRanges =
    distanceInDayRanges === null || range === null
      ? ''
      : ` = ${t("{times}× today's range ({dollars})", { times: rowMarked(context, row, formatNumber(distanceInDayRanges, 2)), dollars: formatNumber(range) })}`
  return t('liq is {dollars} USD away', { dollars: usd }) + inRanges
}

const WARNINGS: Readonly<Partial<Record<Warning, EnglishText>>> = {
  'no-liquidation-price': '! exchange reports no liquidation price',
  'beyond-liquidation': '‼ price is BEYOND liquidation',
  'no-mark-price': '! no closing price',
  'stop-loss-beyond-liquidation': '! SL lies beyond liquidation',
}

function warningsOf({ info }: RenderContext, { warnings }: PositionRow): readonly Part[] {
  return warnings.flatMap(warning => {
    const text = WARNINGS[warning]
    return text === undefined ? [] : [part(info.t(text), 9, 'warn')]
  })
}

/** Difference between the exchange's P&L and ours. */
function differencePart(context: RenderContext, { plDifferenceSats }: PositionRow): readonly Part[] {
  if (plDifferenceSats === null) return []
  return [
    part(`Δ ${signedAmount(context, plDifferenceSats)} ${context.info.t("exchange's own P&L")}`, 7, 'warn'),
  ]
}
