import type { Position } from '../domain/position.ts'
import { SATS_PER_BTC, type Usd } from '../domain/units.ts'
import { closingPriceUsd, plSats } from '../domain/valuation.ts'
import { rangesBetween } from './price-ranges.ts'
import type { PriceRange, State } from './state.ts'

/** Prices received within this time of a snapshot's read may be those of the exchange's P&L. */
const PL_WINDOW_MS = 2_000

/** Largest expected price move, as a fraction, during the read of one snapshot. */
const FIRST_SNAPSHOT_PRICE_MOVE = 0.001

/** What the exchange's P&L in the last snapshot is compared with. */
export interface PlEvidence {
  /** Prices that the exchange may have used. */
  readonly ranges: readonly PriceRange[]
  /** Possible price move, as a fraction, before our first price. */
  readonly unseenMove: number
}

/** Returns the prices around the read of the last snapshot. */
export function plEvidence(state: State): PlEvidence {
  return { ranges: snapshotRanges(state), unseenMove: hasPricesBefore(state) ? 0 : FIRST_SNAPSHOT_PRICE_MOVE }
}

/** Returns true if prices were received before the last snapshot's read. Before the first snapshot there are none. */
function hasPricesBefore({ priceRanges: ranges, lastSnapshot }: State): boolean {
  const first = ranges[0]
  return first !== undefined && lastSnapshot !== null && (first.second + 1) * 1000 <= lastSnapshot.startedAt
}

function snapshotRanges(state: State): readonly PriceRange[] {
  if (state.lastSnapshot === null) return []
  const { startedAt, endedAt } = state.lastSnapshot
  return rangesBetween(state.priceRanges, startedAt - PL_WINDOW_MS, endedAt + PL_WINDOW_MS)
}

/** How the exchange's P&L compares with that of an entry price. */
export interface PlComparison {
  /** The exchange's P&L beyond the nearest of ours, in sats; 0 if it is between them, give or take the rounding of 1 sat. */
  readonly differenceSats: number
  /** True if rounding and price movement explain the difference. */
  readonly isExplained: boolean
}

/**
 * Compares the exchange's P&L with that of an entry price at the prices of the evidence. Null if there is no P&L or no price to compare
 * with.
 */
export function comparePl(
  { side, quantityUsd, exchangePlSats }: Position,
  entryUsd: Usd,
  { ranges, unseenMove }: PlEvidence,
): PlComparison | null {
  if (exchangePlSats === null) return null
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
  const tolerance = 1 + Math.ceil((quantityUsd * SATS_PER_BTC * unseenMove) / entryUsd)
  return { differenceSats, isExplained: Math.abs(differenceSats) <= tolerance }
}
