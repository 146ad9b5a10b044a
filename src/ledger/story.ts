import { usd } from '../domain/units.ts'
import { plSats } from '../domain/valuation.ts'
import type { FundingRow, ObservationRow, SettlementRow, TradeRow } from './rows.ts'

/** Why a trade ended, as its price and levels show: the exchange lists no reason. */
export type EndCause = 'liquidated' | 'stop-loss' | 'take-profit' | 'closed' | 'canceled'

/** One point of the story of a trade. */
export interface StoryEvent {
  readonly kind:
    | 'ordered'
    | 'filled'
    | 'margin'
    | 'cash-in'
    | 'stop-loss'
    | 'take-profit'
    | 'funding'
    | EndCause
  /** ms since 1970; for what no event dates, the later of the two reads. */
  readonly at: number
  /** The earlier of the two reads; null if `at` is exact. */
  readonly seenFrom: number | null
  /** Price of the event in USD; null if it has none. */
  readonly priceUsd: number | null
  /** Gross P&L at that price; null without a price. */
  readonly plSats: number | null
  /** Sats of the event: fee, funding (positive = paid), added margin. Null if none. */
  readonly sats: number | null
  readonly text: string
}

/** The rows of a story. */
export interface StoryRows {
  readonly trade: TradeRow
  readonly funding: readonly FundingRow[]
  readonly observations: readonly ObservationRow[]
  readonly settlements: readonly SettlementRow[]
}

/** By how much an exit may be beyond a level that caused it, as a fraction: the level triggers on the last price, and the exit is a bid or ask. */
const LEVEL_TOLERANCE = 0.002

/** Returns why a trade ended; null if it has not. A liquidation takes the whole margin. */
export function endCause(trade: TradeRow): EndCause | null {
  const {
    state,
    side,
    plSats: pl,
    marginSats,
    exitPriceUsd,
    liquidationUsd,
    stopLossUsd,
    takeProfitUsd,
  } = trade
  if (state === 'canceled') return 'canceled'
  if (state !== 'closed') return null
  if (pl <= -marginSats) return 'liquidated'
  if (exitPriceUsd === null) return 'closed'
  const isPast = (level: number | null, isLoss: boolean): boolean => {
    if (level === null) return false
    const isBelow = (side === 'long') === isLoss
    return isBelow
      ? exitPriceUsd <= level * (1 + LEVEL_TOLERANCE)
      : exitPriceUsd >= level * (1 - LEVEL_TOLERANCE)
  }
  if (isPast(stopLossUsd, true)) return 'stop-loss'
  if (isPast(takeProfitUsd, false)) return 'take-profit'
  return isPast(liquidationUsd, true) ? 'liquidated' : 'closed'
}

/** Returns the events of a trade, oldest first. */
export function storyOf({ trade, funding, observations, settlements }: StoryRows): readonly StoryEvent[] {
  const entry = trade.priceUsd
  const plAt = (price: number | null): number | null =>
    price === null ? null : plSats(trade.side, trade.quantityUsd, usd(entry), usd(price))
  const fixings = new Map(settlements.map(({ id, fixingPriceUsd }) => [id, fixingPriceUsd]))
  const events: StoryEvent[] = [
    ...beginning(trade),
    ...observations.filter(({ tradeId }) => tradeId === trade.id).map(observed),
    ...funding
      .filter(({ tradeId }) => tradeId === trade.id)
      .map(({ at, feeSats, settlementId }): StoryEvent => {
        const priceUsd = fixings.get(settlementId) ?? null
        const text = feeSats < 0 ? 'funding received' : 'funding paid from the margin'
        return { kind: 'funding', at, seenFrom: null, priceUsd, plSats: plAt(priceUsd), sats: feeSats, text }
      }),
  ]
  const cause = endCause(trade)
  if (cause !== null) events.push(ending(trade, cause))
  return events.toSorted((a, b) => a.at - b.at)
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
  const exact = { seenFrom: null, plSats: null } as const
  const ordered: StoryEvent = {
    ...exact,
    kind: 'ordered',
    at: createdAt,
    priceUsd: type === 'limit' ? (entryPriceUsd ?? priceUsd) : null,
    sats: null,
    text: `${type} order ${side} ${quantityUsd} USD`,
  }
  if (filledAt === null) return [ordered]
  const text = `filled; margin ${marginSats} sat now, opening fee`
  const filled: StoryEvent = {
    ...exact,
    kind: 'filled',
    at: filledAt,
    priceUsd: entryPriceUsd ?? priceUsd,
    plSats: 0,
    sats: openingFeeSats,
    text,
  }
  return [ordered, filled]
}

const OBSERVED: Readonly<Record<ObservationRow['what'], string>> = {
  margin: 'margin',
  'cash-in': 'cashed in',
  'stop-loss': 'stop-loss',
  'take-profit': 'take-profit',
}

function observed({ what, before, after, seenFrom, seenTo }: ObservationRow): StoryEvent {
  const isLevel = what === 'stop-loss' || what === 'take-profit'
  const sats = isLevel ? null : (after ?? 0) - (before ?? 0)
  const text = `${OBSERVED[what]} ${before ?? 'none'} to ${after ?? 'none'}`
  return { kind: what, at: seenTo, seenFrom, priceUsd: isLevel ? after : null, plSats: null, sats, text }
}

function ending(trade: TradeRow, cause: EndCause): StoryEvent {
  const { closedAt, createdAt, exitPriceUsd, liquidationUsd, stopLossUsd, takeProfitUsd, marginSats } = trade
  const reasons: Readonly<Record<EndCause, string>> = {
    liquidated: `the price reached the liquidation price ${liquidationUsd}: the whole margin of ${marginSats} sat is lost`,
    'stop-loss': `the price reached the stop-loss ${stopLossUsd}`,
    'take-profit': `the price reached the take-profit ${takeProfitUsd}`,
    closed: 'closed at market',
    canceled: 'canceled before it was filled',
  }
  const isClosed = trade.state === 'closed'
  return {
    kind: cause,
    at: closedAt ?? createdAt,
    seenFrom: null,
    priceUsd: exitPriceUsd,
    plSats: isClosed ? trade.plSats : null,
    sats: isClosed ? trade.closingFeeSats : null,
    text: reasons[cause],
  }
}
