import type { Bucket } from '../../domain/market.ts'
import type { Order, Position } from '../../domain/position.ts'
import { riskOf, severityOf, type Warning } from '../../domain/risk.ts'
import type { Stamped } from '../../domain/stamp.ts'
import { SATS_PER_BTC, type Sats, sats, type Usd } from '../../domain/units.ts'
import {
  breakEvenUsd,
  closingPriceUsd,
  feeRateOf,
  feeSats,
  liquidationDistance,
  plSats,
  satsToUsd,
} from '../../domain/valuation.ts'
import { ageOf, STALE_AFTER_MS } from '../age.ts'
import { openPositions } from '../open-positions.ts'
import { rangesBetween } from '../price-ranges.ts'
import type { PriceRange, State } from '../state.ts'
import type { OrderRow, PositionRow } from '../view.ts'
import { dayRangeUsd, marketAge } from './market.ts'

/** Prices received within this time of a snapshot's read may be those of the exchange's P&L. */
const PL_WINDOW_MS = 2_000

/** Largest expected price move, as a fraction, during the read of one snapshot. */
const FIRST_SNAPSHOT_PRICE_MOVE = 0.001

/** All open positions, closest to liquidation first; an unknown liquidation price counts as `warn`. */
export function selectPositions(state: State, now: number): readonly PositionRow[] {
  const context = contextOf(state, now)
  const rows = openPositions(state).map(stamped => rowOf(state, now, stamped, context))
  return rows.sort(byRisk)
}

/** The last known versions of the positions whose rows can't be read now, closest to liquidation first. */
export function selectLastKnown(state: State, now: number): readonly PositionRow[] {
  const context = contextOf(state, now)
  const rows = [...state.lastKnown.values()].map(stamped => ({
    ...rowOf(state, now, stamped, context, true),
    stale: true,
  }))
  return rows.sort(byRisk)
}

/** Readable positions and the last known versions of unreadable ones, closest to liquidation first. Pass `readable` if already computed. */
export function selectKnownPositions(
  state: State,
  now: number,
  readable: readonly PositionRow[] = selectPositions(state, now),
): readonly PositionRow[] {
  return state.lastKnown.size === 0 ? readable : [...readable, ...selectLastKnown(state, now)].sort(byRisk)
}

/** Values shared by all rows. */
interface Context {
  readonly buckets: readonly Bucket[]
  readonly marketIsStale: boolean
  readonly indexUsd: Usd | null
  readonly feeRate: number
  readonly dayRangeUsd: number | null
  /** Prices that the exchange may have used for the P&L in the last snapshot. */
  readonly priceRanges: readonly PriceRange[]
  /** Possible price move, as a fraction, before our first price. */
  readonly unseenMove: number
}

function contextOf(state: State, now: number): Context {
  const marketAgeMs = marketAge(state, now)
  return {
    buckets: state.buckets?.value ?? [],
    marketIsStale: marketAgeMs === null || marketAgeMs > STALE_AFTER_MS,
    indexUsd: state.index?.value ?? null,
    feeRate: feeRateOf(state.account?.value.feeTier ?? 0),
    dayRangeUsd: dayRangeUsd(state, now),
    priceRanges: snapshotRanges(state),
    unseenMove: hasPricesBefore(state) ? 0 : FIRST_SNAPSHOT_PRICE_MOVE,
  }
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

function byRisk(a: PositionRow, b: PositionRow): number {
  const severity = severityOf(b.risk) - severityOf(a.risk)
  if (severity !== 0) return severity
  return (a.liquidationDistance ?? -1) - (b.liquidationDistance ?? -1)
}

function rowOf(
  state: State,
  now: number,
  stamped: Stamped<Position>,
  context: Context,
  isUnreadable = false,
): PositionRow {
  const position = stamped.value
  const { side, quantityUsd, entryPriceUsd, marginSats, liquidationPriceUsd, otherMarket } = position
  const ageMs = ageOf(state, stamped, now)
  // The prices and formulas are those of the BTC/USD inverse future.
  const mark = otherMarket === null ? closingPriceUsd(context.buckets, side, quantityUsd) : null
  const pl = entryPriceUsd === null || mark === null ? null : plSats(side, quantityUsd, entryPriceUsd, mark)
  const distance =
    mark === null || liquidationPriceUsd === null
      ? null
      : liquidationDistance(side, mark, liquidationPriceUsd)
  const distanceUsd = distance === null || mark === null ? null : distance * mark
  const isOld = isUnreadable || ageMs > STALE_AFTER_MS || isFailing(state, position)
  // The prices of the last snapshot are newer than the P&L of an old row.
  const plDifferenceSats = isOld ? null : plDifference(position, context)
  return {
    position,
    ageMs,
    stale: ageMs > STALE_AFTER_MS || context.marketIsStale,
    isOld,
    marketIsStale: context.marketIsStale,
    markPriceUsd: mark,
    unrealizedPlSats: pl,
    unrealizedPlUsd: pl === null || context.indexUsd === null ? null : satsToUsd(pl, context.indexUsd),
    netPlSats: pl === null || mark === null ? null : netPl(position, pl, mark, context.feeRate),
    returnOnMargin: pl === null || marginSats === null || marginSats === 0 ? null : pl / marginSats,
    liquidationDistance: distance,
    liquidationDistanceUsd: distanceUsd,
    breakEvenUsd:
      entryPriceUsd === null || otherMarket !== null
        ? null
        : breakEvenUsd(side, entryPriceUsd, context.feeRate),
    distanceInDayRanges:
      distanceUsd === null || !context.dayRangeUsd ? null : distanceUsd / context.dayRangeUsd,
    risk: riskOf(distance),
    warnings: warningsOf(position, mark, distance, plDifferenceSats),
    plDifferenceSats,
  }
}

/** Returns true if the last read of the position's part failed. */
function isFailing({ parts }: State, { mode }: Position): boolean {
  return parts[mode === 'cross' ? 'crossPosition' : 'isolatedPositions'].error !== null
}

/** Uses the charged opening fee, or an estimate at the entry price if unknown. */
function netPl(position: Position, pl: Sats, mark: Usd, feeRate: number): Sats {
  const { quantityUsd, entryPriceUsd, openingFeeSats } = position
  const opening =
    openingFeeSats ?? (entryPriceUsd === null ? 0 : feeSats(quantityUsd, entryPriceUsd, feeRate))
  return sats(pl - opening - feeSats(quantityUsd, mark, feeRate))
}

function warningsOf(
  position: Position,
  mark: Usd | null,
  distance: number | null,
  plDifferenceSats: Sats | null,
): readonly Warning[] {
  const warnings: Warning[] = []
  const { mode, side, stopLossUsd, liquidationPriceUsd, otherMarket } = position
  if (otherMarket !== null) return ['other-market']
  if (liquidationPriceUsd === null) warnings.push('no-liquidation-price')
  if (mark === null) warnings.push('no-mark-price')
  if (distance !== null && distance <= 0) warnings.push('beyond-liquidation')
  if (mode === 'isolated' && stopLossUsd === null) warnings.push('no-stop-loss')
  if (stopLossUsd !== null && liquidationPriceUsd !== null) {
    const reachedFirst =
      side === 'long' ? stopLossUsd > liquidationPriceUsd : stopLossUsd < liquidationPriceUsd
    if (!reachedFirst) warnings.push('stop-loss-beyond-liquidation')
  }
  if (plDifferenceSats !== null) warnings.push('pl-differs')
  return warnings
}

/**
 * Compares the exchange's P&L of the last snapshot with ours at the prices around it, with a tolerance of 1 sat. For the first
 * snapshot the tolerance includes price moves before our first price. Returns the difference beyond the tolerance, or null if there
 * is none or no price to compare with.
 */
function plDifference(position: Position, { priceRanges: ranges, unseenMove }: Context): Sats | null {
  const { side, quantityUsd, entryPriceUsd, exchangePlSats, otherMarket } = position
  if (exchangePlSats === null || entryPriceUsd === null || otherMarket !== null) return null
  const computed: number[] = []
  for (const range of ranges)
    for (const buckets of [range.low, range.high]) {
      const mark = closingPriceUsd(buckets, side, quantityUsd)
      if (mark !== null) computed.push(plSats(side, quantityUsd, entryPriceUsd, mark))
    }
  if (computed.length === 0) return null
  const tolerance = 1 + Math.ceil((quantityUsd * SATS_PER_BTC * unseenMove) / entryPriceUsd)
  const above = exchangePlSats - Math.max(...computed)
  const below = exchangePlSats - Math.min(...computed)
  const outside = above > tolerance ? above : below < -tolerance ? below : 0
  return outside === 0 ? null : sats(outside)
}

/** All open orders, newest last. */
export function selectOrders(state: State): readonly OrderRow[] {
  const orders = [...(state.isolatedOrders?.values() ?? []), ...(state.crossOrders?.values() ?? [])]
  const buckets = state.buckets?.value ?? []
  return orders.map(({ value }) => ({ order: value, distanceFromMark: distanceOf(value, buckets) }))
}

/** Distance from the bid for a buy order and from the ask for a sell order: the move the market has to make. */
function distanceOf(order: Order, buckets: readonly Bucket[]): number | null {
  if (order.otherMarket !== null) return null
  const mark = closingPriceUsd(buckets, order.side, order.quantityUsd)
  return mark === null ? null : (order.priceUsd - mark) / mark
}
