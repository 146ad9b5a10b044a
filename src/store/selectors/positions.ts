import type { Bucket } from '../../domain/market.ts'
import type { Order, Position } from '../../domain/position.ts'
import { reserveBasis } from '../../domain/reserve.ts'
import { riskOf, severityOf, type Warning } from '../../domain/risk.ts'
import type { Stamped } from '../../domain/stamp.ts'
import { type Sats, sats, type Usd } from '../../domain/units.ts'
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
import { comparePl, type PlEvidence, plEvidence } from '../pl-evidence.ts'
import type { State } from '../state.ts'
import type { OrderRow, PositionRow } from '../view.ts'
import { dayRangeUsd, marketAge } from './market.ts'

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
  /** Returns the prices to compare the P&L of a trade with, by its time of arrival. */
  evidenceOf(receivedAt: number): PlEvidence
}

function contextOf(state: State, now: number): Context {
  const marketAgeMs = marketAge(state, now)
  return {
    buckets: state.buckets?.value ?? [],
    marketIsStale: marketAgeMs === null || marketAgeMs > STALE_AFTER_MS,
    indexUsd: state.index?.value ?? null,
    feeRate: feeRateOf(state.account?.value.feeTier ?? 0),
    dayRangeUsd: dayRangeUsd(state, now),
    evidenceOf: evidenceCache(state),
  }
}

/** Nearly all trades arrive in one list. */
function evidenceCache(state: State): Context['evidenceOf'] {
  const known = new Map<number, PlEvidence>()
  return receivedAt => {
    const evidence = known.get(receivedAt) ?? plEvidence(state, receivedAt)
    known.set(receivedAt, evidence)
    return evidence
  }
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
  // A P&L that was read after the last price can't be compared with it.
  const plDifferenceSats = context.marketIsStale
    ? null
    : plDifference(position, context.evidenceOf(stamped.receivedAt))
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
    maintenanceMarginBasis:
      position.mode === 'cross' || position.maintenanceMarginSats === null || otherMarket !== null
        ? null
        : reserveBasis(position),
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
  const { mode, side, stopLossUsd, stopLossTrailingDistance, liquidationPriceUsd, otherMarket } = position
  if (otherMarket !== null) return ['other-market']
  if (liquidationPriceUsd === null) warnings.push('no-liquidation-price')
  if (mark === null) warnings.push('no-mark-price')
  if (distance !== null && distance <= 0) warnings.push('beyond-liquidation')
  const hasStopLoss = stopLossUsd !== null || stopLossTrailingDistance !== null
  if (mode === 'isolated' && !hasStopLoss) warnings.push('no-stop-loss')
  if (stopLossUsd !== null && liquidationPriceUsd !== null) {
    const reachedFirst =
      side === 'long' ? stopLossUsd > liquidationPriceUsd : stopLossUsd < liquidationPriceUsd
    if (!reachedFirst) warnings.push('stop-loss-beyond-liquidation')
  }
  if (plDifferenceSats !== null) warnings.push('pl-differs')
  return warnings
}

/** Returns the difference between the exchange's P&L and ours that rounding and price movement cannot explain, or null. */
function plDifference(position: Position, evidence: PlEvidence): Sats | null {
  if (position.entryPriceUsd === null) return null
  const compared = comparePl(position, position.entryPriceUsd, evidence)
  return compared === null || compared.isExplained ? null : sats(compared.differenceSats)
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
