import { formatSignedPercent, UNKNOWN } from '../../domain/format.ts'
import type { FundingFee } from '../../domain/snapshot.ts'
import { fundingEstimateSats } from '../../domain/valuation.ts'
import type { PositionRow } from '../../store/view.ts'
import { type Line, lineOfText, type Segment, segment } from '../paint/line.ts'
import { wrapLine } from '../paint/wrap.ts'
import { gainRole, marked, rowMarked, signedAmount } from '../view/format.ts'
import { nameOf, shortIdOf } from '../view/position-name.ts'
import type { RenderContext } from '../view/render-context.ts'
import { SOURCES } from '../view/sources.ts'
import { dayTime, utcMinute, zoneLabel } from '../view/time-format.ts'
import { fundingTime } from './funding-time.ts'
import type { Panel } from './panel.ts'
import { scroll } from './scroll.ts'

/** The next funding of each position as an estimate, and past settlements. */
export function fundingPanel(context: RenderContext): Panel {
  const lines = fundingLines(context)
  return {
    pane: 'funding',
    title: context.info.t('FUNDING'),
    note: zoneLabel(context),
    preferredHeight: lines.length,
    draw: (width, height) => scroll(context, 'funding', lines, height, line => wrapLine(line, width, INDENT)),
  }
}

/** All lines of the pane, whole. */
export function fundingLines(context: RenderContext): readonly Line[] {
  return [...nextLines(context), [], ...pastLines(context)]
}

/** Where the text of a line begins. */
const INDENT = 9
const BLANK = ' '.repeat(INDENT)

function heading(text: string): Segment {
  return segment(`  ${text.padEnd(INDENT - 3)} `, 'faint')
}

function nextLines(context: RenderContext): readonly Line[] {
  const { market, totals, positions } = context.model
  const { t } = context.info
  const { fundingRate, nextFundingAt } = market
  const payer =
    fundingRate === null || fundingRate === 0
      ? ''
      : fundingRate > 0
        ? `  ${t('longs pay shorts')}`
        : `  ${t('shorts pay longs')}`
  const rate = fundingRate === null ? UNKNOWN : `${formatSignedPercent(fundingRate, 4)}%${payer}`
  const when = nextFundingAt === null ? UNKNOWN : `${utcMinute(nextFundingAt)},${fundingTime(context)}`
  return [
    [heading(t('NEXT')), segment(t('rate {rate}   settles {when}', { rate, when }))],
    // Before the positions, of which there may be many.
    [
      heading(t('TOTAL')),
      segment(
        `≈ ${marked(context, SOURCES.profit, signedAmount(context, totals.nextFundingSats))} ${context.ui.unit}`,
        gainRole(totals.nextFundingSats),
      ),
      segment(
        `   ${t('an estimate at the index price; the settlement uses the price at that time')}`,
        'faint',
      ),
    ],
    ...positions.map(row => estimateLine(context, row)),
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
    segment(`${BLANK}${nameOf(position).padEnd(12)} `),
    segment(`≈ ${rowMarked(context, row, signedAmount(context, estimate)).padStart(9)}`, gainRole(estimate)),
    segment(`   ${context.info.t('so far')} `),
    segment(signedAmount(context, paid), gainRole(paid)),
  ]
}

function pastLines(context: RenderContext): readonly Line[] {
  const fees = context.model.state.history?.value.fundingFees ?? null
  const total = context.model.totals.funding24hSats
  const { t } = context.info
  const first: Line = [
    heading(t('PAST')),
    segment('24h '),
    segment(`${signedAmount(context, total)} ${context.ui.unit}`, gainRole(total)),
  ]
  if (fees === null)
    return [first, lineOfText(`${BLANK}${t('not read yet, or the key has no permission for it')}`, 'faint')]
  if (fees.length === 0)
    return [first, lineOfText(`${BLANK}${t('no settlement within the last day')}`, 'faint')]
  return [first, ...fees.map(fee => feeLine(context, fee))]
}

function feeLine(context: RenderContext, fee: FundingFee): Line {
  const change = 0 - fee.feeSats
  const owner = fee.tradeId === null ? 'cross' : shortIdOf(fee.tradeId, 'isolated')
  return [
    segment(`${BLANK}${dayTime(context, fee.at)}  ${owner.padEnd(6)} `),
    segment(signedAmount(context, change).padStart(9), gainRole(change)),
  ]
}
