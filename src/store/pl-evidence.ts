import type { Position } from '../domain/position.ts'
import { SATS_PER_BTC, type Usd } from '../domain/units.ts'
import { closingPriceUsd, plSats } from '../domain/valuation.ts'
import { rangesBetween } from './price-ranges.ts'
import type { PriceRange, State } from './state.ts'

/** Prices received within this time of the read of a trade may be those of the exchange's P&L. */
const PL_WINDOW_MS = 2_000

/** Largest expected price move, as a fraction, that no received price shows: before the first price, or between two. */
const UNSEEN_PRICE_MOVE = 0.001

/** What the exchange's P&L of the isolated trades is compared with. */
export interface PlEvidence {
  /** Prices that the exchange may have used. */
  readonly ranges: readonly PriceRange[]
  /** Possible price move, as a fraction, before our first price. */
  readonly unseenMove: number
}

/** Returns the prices around the last read of the isolated trades. `receivedAt` is when the trade was received, our clock. */
export function plEvidence({ priceRanges, parts }: State, receivedAt: number): PlEvidence {
  const readAt = parts.isolatedPositions.readAt ?? receivedAt
  const first = priceRanges[0]
  const hasPricesBefore = first !== undefined && (first.second + 1) * 1000 <= readAt
  return {
    ranges: rangesBetween(priceRanges, readAt - PL_WINDOW_MS, receivedAt + PL_WINDOW_MS),
    unseenMove: hasPricesBefore ? 0 : UNSEEN_PRICE_MOVE,
  }
}

/** How the exchange's P&L compares with that of an entry price. */
export interface PlComparison {
  /** The exchange's P&L beyond the nearest of ours, in sats; 0 if it is between them, give or take the rounding of 1 sat. */
  readonly differenceSats: number
  /** True if rounding and price movement explain the difference. */
  readonly isExplained: boolean
  /** True if a price that was not received may explain the difference. */
  readonly isPlausible: boolean
}

/**
 * Compares the exchange's P&L with that of an entry price at the prices of the evidence. Null if there is no P&L or no price to compare
 * with, and for a trade of another market.
 */
export function comparePl(
  { side, quantityUsd, exchangePlSats, otherMarket }: Position,
  entryUsd: Usd,
  { ranges, unseenMove }: PlEvidence,
): PlComparison | null {
  if (exchangePlSats === null || otherMarket !== null) return null
  const computed: number[] = []
  for (const range of ranges)
    for (const buckets of [range.low, range.high]) {
      const mark = closingPriceUsd(buckets, side, quantityUsd)
      if (mark !== null) computed.push(plSats(side, quantityUsd, entryUsd, mark))
    }
  if (computed.length === 0) return null
  const above = exchangePlSats - Math.max(...computed)
  const below = exchangePlSats - Math.min(...computed)
  const differenceSats = above > 1 ? above : below < -1 ? below : 0
  const isWithin = (move: number): boolean =>
    Math.abs(differenceSats) <= 1 + Math.ceil((quantityUsd * SATS_PER_BTC * move) / entryUsd)
  return { differenceSats, isExplained: isWithin(unseenMove), isPlausible: isWithin(UNSEEN_PRICE_MOVE) }
}
