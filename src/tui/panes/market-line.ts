import { formatNumber, formatSignedPercent, UNKNOWN } from '../../domain/format.ts'
import { fitParts, type Part, part } from '../paint/fit.ts'
import { type Line, segment, spread } from '../paint/line.ts'
import { gainRole, marked, price } from '../view/format.ts'
import type { RenderContext } from '../view/render-context.ts'
import { utcMinute } from '../view/time-format.ts'
import { fundingTime } from './funding-time.ts'
import { sparkline } from './sparkline.ts'

/** Bars of the sparkline for the last hour. */
const BARS = 12
/** Below this many columns the change within the hour takes their place. */
const BARS_COLUMNS = 72

/** Prices, their changes and the last hour as a sparkline; range and funding on a wide screen. */
export function marketLine(context: RenderContext): Line {
  const { market } = context.model
  const { t } = context.info
  const parts: Part[] = [
    part(`${t('BTC idx')}${quote(context, market.indexUsd)}`, 9, 'strong'),
    part(`${t('last')}${quote(context, market.lastPriceUsd)}`, 2),
    part(`bid${quote(context, market.bidUsd)}`, 8),
    part(`ask${quote(context, market.askUsd)}`, 7),
    changePart(context, '1h', market.change1h, 6),
    changePart(context, '24h', market.change24h, 3),
    ...rangePart(context),
    ...fundingPart(context),
  ]
  const bars = context.columns < BARS_COLUMNS ? '' : sparkline(market.closes1h, BARS)
  const trend: Line = bars === '' ? [] : [segment(bars, 'accent'), segment(' 1h ', 'faint')]
  const left: Line = [segment(' '), ...fitParts(parts, context.columns - 1 - (bars === '' ? 0 : BARS + 5), 2)]
  return spread(left, trend, context.columns)
}

/** The index price and its change within the hour, for a screen of 40 columns. */
export function shortMarketLine(context: RenderContext): Line {
  const { market } = context.model
  const change = market.change1h
  const parts = [
    part(`BTC${quote(context, market.indexUsd)}`, 9, 'strong'),
    part(`bid${quote(context, market.bidUsd)}`, 3),
    part(`1h${changeText(context, change)}`, 5, gainRole(change)),
  ]
  return [segment(' '), ...fitParts(parts, context.columns - 1, 2)]
}

/** ` 68,412.0`, or `~68,412.0` if it is old. */
function quote(context: RenderContext, value: number | null): string {
  return marked(context, ['market'], price(value), ' ')
}

function changePart(context: RenderContext, span: string, change: number | null, priority: number): Part {
  const text = changeText(context, change)
  return { line: [segment(span, 'faint'), segment(text, gainRole(change))], priority }
}

function changeText(context: RenderContext, change: number | null): string {
  if (change === null) return ` ${UNKNOWN}`
  return marked(context, ['market'], `${arrow(change)} ${formatSignedPercent(change)}%`, ' ')
}

function arrow(change: number): string {
  return change > 0 ? '▲' : change < 0 ? '▼' : '·'
}

function rangePart(context: RenderContext): readonly Part[] {
  const { low24hUsd, high24hUsd } = context.model.market
  if (low24hUsd === null || high24hUsd === null) return []
  const range = `${formatNumber(low24hUsd)}–${formatNumber(high24hUsd)}`
  return [part(`${context.info.t('24h range')}${marked(context, ['market'], range, ' ')}`, 1)]
}

function fundingPart(context: RenderContext): readonly Part[] {
  const { model, columns } = context
  const { fundingRate, nextFundingAt } = model.market
  if (fundingRate === null || columns < 120) return []
  const when = nextFundingAt === null ? '' : `${fundingTime(context)}, ${utcMinute(nextFundingAt)}`
  const rate = marked(context, ['market'], `${formatSignedPercent(fundingRate, 4)}%`, ' ')
  return [part(`${context.info.t('funding')}${rate}${when}`, 0)]
}
