import { formatSignedPercent, UNKNOWN } from '../../domain/format.ts'
import type { FundingFee } from '../../domain/snapshot.ts'
import { fundingEstimateSats } from '../../domain/valuation.ts'
import type { PositionRow } from '../../store/view.ts'
import { type Line, lineOfText, segment } from '../paint/line.ts'
import { wrapLine } from '../paint/wrap.ts'
import { gainRole, marked, rowMarked, signedAmount } from '../view/format.ts'
import { nameOf, shortIdOf } from '../view/position-name.ts'
import type { RenderContext } from '../view/render-context.ts'
import { SOURCES } from '../view/sources.ts'
import { dayTime, exchangeNow, until, utcMinute, zoneLabel } from '../view/time-format.ts'
import type { Panel } from './panel.ts'
import { scroll } from './scroll.ts'

/** The next funding of each position as an estimate, and past settlements. */
export function fundingPanel(context: RenderContext): Panel {
  const lines = fundingLines(context)
  return {
    pane: 'funding',
    title: 'FUNDING',
    note: zoneLabel(context),
    preferredHeight: lines.length,
    draw: (width, height) => scroll(context, 'funding', lines, height, line => wrapLine(line, width, 9)),
  }
}

/** All lines of the pane, whole. */
export function fundingLines(context: RenderContext): readonly Line[] {
  return [...nextLines(context), [], ...pastLines(context)]
}

function nextLines(context: RenderContext): readonly Line[] {
  const { market, totals, positions } = context.model
  const { fundingRate, nextFundingAt } = market
  const payer =
    fundingRate === null || fundingRate === 0
      ? ''
      : fundingRate > 0
        ? '  longs pay shorts'
        : '  shorts pay longs'
  const rate = fundingRate === null ? UNKNOWN : `${formatSignedPercent(fundingRate, 4)}%${payer}`
  const when =
    nextFundingAt === null
      ? UNKNOWN
      : `${utcMinute(nextFundingAt)}, in ${until(nextFundingAt, exchangeNow(context.model))}`
  return [
    [segment('  NEXT   ', 'faint'), segment(`rate ${rate}   settles ${when}`)],
    ...positions.map(row => estimateLine(context, row)),
    [
      segment('  TOTAL  ', 'faint'),
      segment(
        `≈ ${marked(context, SOURCES.profit, signedAmount(context, totals.nextFundingSats))} ${context.ui.unit}`,
        gainRole(totals.nextFundingSats),
      ),
      segment('   an estimate at the index price; the settlement uses the price at that time', 'faint'),
    ],
  ]
}

function estimateLine(context: RenderContext, row: PositionRow): Line {
  const { position } = row
  const { fundingRate, indexUsd } = context.model.market
  const estimate =
    fundingRate === null || indexUsd === null || position.otherMarket !== null
      ? null
      : fundingEstimateSats(position.side, position.quantityUsd, indexUsd, fundingRate)
  const paid = position.fundingPaidSats === null ? null : 0 - position.fundingPaidSats
  return [
    segment(`         ${nameOf(position).padEnd(12)} `),
    segment(`≈ ${rowMarked(context, row, signedAmount(context, estimate)).padStart(9)}`, gainRole(estimate)),
    segment('   so far '),
    segment(signedAmount(context, paid), gainRole(paid)),
  ]
}

function pastLines(context: RenderContext): readonly Line[] {
  const fees = context.model.state.history?.value.fundingFees ?? null
  const total = context.model.totals.funding24hSats
  const heading: Line = [
    segment('  PAST   ', 'faint'),
    segment('24h '),
    segment(`${signedAmount(context, total)} ${context.ui.unit}`, gainRole(total)),
  ]
  if (fees === null)
    return [heading, lineOfText('         not read yet, or the key has no permission for it', 'faint')]
  if (fees.length === 0) return [heading, lineOfText('         no settlement within the last day', 'faint')]
  return [heading, ...fees.map(fee => feeLine(context, fee))]
}

function feeLine(context: RenderContext, fee: FundingFee): Line {
  const change = 0 - fee.feeSats
  const owner = fee.tradeId === null ? 'cross' : shortIdOf(fee.tradeId, 'isolated')
  return [
    segment(`         ${dayTime(context, fee.at)}  ${owner.padEnd(6)} `),
    segment(signedAmount(context, change).padStart(9), gainRole(change)),
  ]
}
