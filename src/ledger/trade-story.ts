import { formatNumber, formatPercent } from '../domain/format.ts'
import { endCause } from './end-cause.ts'
import type { EventPrices } from './postings.ts'
import type { FundingRow, NoticeRow, ObservationRow, TradeRow } from './rows.ts'
import {
  alertEvent,
  fundingEvent,
  minutePoint,
  NO_POINT,
  type PlAt,
  type Story,
  type StoryEvent,
} from './story-event.ts'
import { tradeEntryUsd, tradePlAt } from './trade-entry.ts'

/** The rows of a trade. */
export interface TradeStoryRows {
  readonly trade: TradeRow
  readonly funding: readonly FundingRow[]
  readonly observations: readonly ObservationRow[]
  readonly notices: readonly NoticeRow[]
  readonly prices: EventPrices
}

/** Returns the story of an isolated trade. */
export function tradeStory(rows: TradeStoryRows): Story {
  const { trade, funding, observations, notices, prices } = rows
  const { id, state, side, quantityUsd, cashInPlSats, fundingSats } = trade
  const plAt = tradePlAt(trade, observations)
  const isHeld = (at: number): boolean => trade.filledAt !== null && at >= trade.filledAt
  const events: StoryEvent[] = [
    ...beginning(trade),
    ...observations.map(row => observed(row, plAt, prices)),
    ...funding.map(fee => fundingEvent(fee, plAt, prices)),
    ...notices.map(notice =>
      alertEvent(notice, isHeld(notice.at) ? minutePoint(plAt, notice.at, prices) : NO_POINT),
    ),
  ]
  const end = ending(trade, funding)
  const sorted = events.toSorted((a, b) => a.at - b.at)
  return {
    mode: 'isolated',
    id,
    state,
    side,
    quantityUsd,
    cause: endCause(trade),
    grossPlSats: cashInPlSats === null ? null : trade.plSats + cashInPlSats,
    feesSats: trade.openingFeeSats + trade.closingFeeSats,
    fundingSats,
    // What was sent at the end, and a little later, still follows it.
    events:
      end === null
        ? sorted
        : [...sorted.filter(({ at }) => at <= end.at), end, ...sorted.filter(({ at }) => at > end.at)],
  }
}

function beginning(trade: TradeRow): readonly StoryEvent[] {
  const {
    type,
    side,
    quantityUsd,
    priceUsd,
    entryPriceUsd,
    createdAt,
    filledAt,
    openingFeeSats,
    marginSats,
  } = trade
  const entry = entryPriceUsd ?? priceUsd
  const limit = type === 'limit' ? ` at ${formatNumber(entry, 1)}` : ''
  const ordered: StoryEvent = {
    ...NO_POINT,
    kind: 'ordered',
    at: createdAt,
    seenFrom: null,
    sats: null,
    text: `${type} order ${side} ${formatNumber(quantityUsd)} USD${limit}`,
  }
  if (filledAt === null) return [ordered]
  const margin = trade.state === 'running' ? `margin ${formatNumber(marginSats)} sat now, ` : ''
  const filled: StoryEvent = {
    kind: 'filled',
    at: filledAt,
    seenFrom: null,
    priceUsd: entry,
    plSats: 0,
    unknownReason: null,
    sats: openingFeeSats,
    text: `filled; ${margin}opening fee`,
  }
  return [ordered, filled]
}

const OBSERVED: Readonly<Record<ObservationRow['what'], string>> = {
  margin: 'margin',
  'cash-in': 'cashed in',
  'stop-loss': 'stop-loss',
  'take-profit': 'take-profit',
}

function observed(
  { what, before, after, seenFrom, seenTo }: ObservationRow,
  plAt: PlAt,
  prices: EventPrices,
): StoryEvent {
  const isLevel = what === 'stop-loss' || what === 'take-profit'
  const shown = (value: number | null): string =>
    value === null ? 'none' : formatNumber(value, isLevel ? 1 : 0)
  return {
    kind: what,
    at: seenTo,
    seenFrom,
    ...minutePoint(plAt, seenTo, prices),
    sats: isLevel ? null : (after ?? 0) - (before ?? 0),
    text: `${OBSERVED[what]} ${shown(before)} to ${shown(after)}`,
  }
}

function ending(trade: TradeRow, funding: readonly FundingRow[]): StoryEvent | null {
  const cause = endCause(trade)
  if (cause === null) return null
  const { closedAt, createdAt, exitPriceUsd, stopLossUsd, takeProfitUsd } = trade
  const reasons = {
    liquidated: () => liquidationText(trade, funding),
    'stop-loss': () => `the price reached the stop-loss ${shownPrice(stopLossUsd)}`,
    'take-profit': () => `the price reached the take-profit ${shownPrice(takeProfitUsd)}`,
    closed: () => 'closed at market, far from every level',
    canceled: () => 'canceled before it was filled',
  } as const
  const event = { kind: cause, at: closedAt ?? createdAt, seenFrom: null, text: reasons[cause]() } as const
  if (cause === 'canceled') return { ...event, ...NO_POINT, sats: null }
  return {
    ...event,
    priceUsd: exitPriceUsd,
    plSats: trade.plSats,
    unknownReason: null,
    sats: trade.closingFeeSats,
  }
}

function shownPrice(price: number | null): string {
  return price === null ? 'of the exchange' : formatNumber(price, 1)
}

/** Why the liquidation price was reached: how far it was, what funding took from the margin, and what a stop would have done. */
function liquidationText(trade: TradeRow, funding: readonly FundingRow[]): string {
  const { side, marginSats, liquidationUsd, stopLossUsd } = trade
  const entry = tradeEntryUsd(trade)
  const distance =
    liquidationUsd === null
      ? ''
      : `, ${formatPercent(Math.round((Math.abs(liquidationUsd - entry) / entry) * 10_000) / 10_000)} ${side === 'long' ? 'below' : 'above'} the entry ${formatNumber(entry, 1)}`
  const paid = funding.reduce((sum, { feeSats }) => sum + feeSats, 0)
  const ofFunding = paid > 0 ? `; funding had taken ${formatNumber(paid)} sat of the margin before` : ''
  const stop =
    stopLossUsd === null
      ? '; no stop-loss was set'
      : `; the stop-loss ${formatNumber(stopLossUsd, 1)} did not close it before`
  return `the price reached the liquidation price ${shownPrice(liquidationUsd)}${distance}: the whole margin of ${formatNumber(marginSats)} sat is lost${ofFunding}${stop}`
}
