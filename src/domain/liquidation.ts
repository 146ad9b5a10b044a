import { ceiledShare, flooredShare, roundedInverseDifference } from './exact.ts'
import type { Side } from './position.ts'
import { SATS_PER_BTC, type Sats, sats, type Usd, usd } from './units.ts'
import { FEE_RATES, feeSats } from './valuation.ts'

/** Maintenance margin of the cross position as a fraction of its notional (reference 7.4). */
const CROSS_MAINTENANCE_RATE = 0.0015

/** Rounds to the exchange's tick of half a dollar. */
function toTick(priceUsd: number): Usd {
  return usd(Math.round(priceUsd * 2) / 2)
}

/**
 * The unrounded price at which a loss uses up `coverSats`: long 1/(1/E + c/S/q), short 1/(1/E − c/S/q) (reference 7.2 and 7.4, S = sats
 * per BTC). Null if there is none: a short at 1x or less.
 */
export function exhaustionUsd(side: Side, quantityUsd: number, entryUsd: Usd, coverSats: number): Usd | null {
  const cover = coverSats / SATS_PER_BTC / quantityUsd
  const inverse = side === 'long' ? 1 / entryUsd + cover : 1 / entryUsd - cover
  return inverse > 0 && Number.isFinite(1 / inverse) ? usd(1 / inverse) : null
}

/**
 * The exchange's liquidation price of a position whose losses are covered by `coverSats`, on its tick; null if it can't be liquidated, or only at 0. Isolated:
 * the margin. Cross: the margin less the maintenance margin.
 */
export function liquidationUsd(
  side: Side,
  quantityUsd: number,
  entryUsd: Usd,
  coverSats: number,
): Usd | null {
  const level = exhaustionUsd(side, quantityUsd, entryUsd, coverSats)
  const tick = level === null ? 0 : toTick(level)
  return tick > 0 ? usd(tick) : null
}

/** Margin of a new isolated trade: ceil(q·S/(E·L)) (reference 7.1). */
export function openingMarginSats(quantityUsd: number, entryUsd: Usd, leverage: number): Sats {
  return sats(ceiledShare(quantityUsd * SATS_PER_BTC, 1, entryUsd * leverage))
}

/** floor(q·S/(E·L)): the cover of a new isolated trade, and the running margin of the cross position (reference 7.2 and 7.4). */
export function usedMarginSats(quantityUsd: number, entryUsd: Usd, leverage: number): Sats {
  return sats(flooredShare(quantityUsd * SATS_PER_BTC, 1, entryUsd * leverage))
}

/** Liquidation price of a new isolated trade (reference 7.2); null for a short at 1x, which has none. */
export function newTradeLiquidationUsd(
  side: Side,
  quantityUsd: number,
  entryUsd: Usd,
  leverage: number,
): Usd | null {
  return liquidationUsd(side, quantityUsd, entryUsd, usedMarginSats(quantityUsd, entryUsd, leverage))
}

/** Reserve for both fees of a new isolated trade, at the highest fee: floor(q·S·r/E) + floor(q·S·r/liq) (reference 7.3). */
export function openingReserveSats(side: Side, quantityUsd: number, entryUsd: Usd, leverage: number): Sats {
  const [rate] = FEE_RATES
  const cover = usedMarginSats(quantityUsd, entryUsd, leverage)
  // At the liquidation price the notional differs from q·S/E by the cover: q·S/liq = (q·S ± c·E)/E, doubled for the tick of half a dollar.
  const sign = side === 'long' ? 1 : -1
  const doubled = Math.round(2 * (quantityUsd * SATS_PER_BTC + sign * cover * entryUsd))
  const closing = doubled <= 0 ? 0 : flooredShare(doubled, rate, 2 * entryUsd)
  return sats(feeSats(quantityUsd, entryUsd, rate) + closing)
}

/** Maintenance margin of the cross position: floor(0.0015·q·S/E) (reference 7.4). */
export function crossMaintenanceMarginSats(quantityUsd: number, entryUsd: Usd): Sats {
  return sats(flooredShare(quantityUsd * SATS_PER_BTC, CROSS_MAINTENANCE_RATE, entryUsd))
}

/**
 * True if a position is liquidated at a price: at or below the liquidation price of a long, at or above that of a short. False without a
 * liquidation price.
 */
export function isLiquidatedAt(side: Side, priceUsd: number, liquidation: number | null): boolean {
  if (liquidation === null) return false
  return side === 'long' ? priceUsd <= liquidation : priceUsd >= liquidation
}

/** The tick at or beyond the price that is `distance`, a fraction, away from `markUsd` on the losing side. */
export function levelAtDistance(side: Side, markUsd: Usd, distance: number): Usd {
  return usd(
    side === 'long'
      ? Math.floor(markUsd * (1 - distance) * 2) / 2
      : Math.ceil(markUsd * (1 + distance) * 2) / 2,
  )
}

/** The least cover with which the liquidation price is at `levelUsd` or beyond it: S·q·(1/liq − 1/E) for a long, in whole sats. */
export function coverForLevel(side: Side, quantityUsd: number, entryUsd: Usd, levelUsd: Usd): Sats {
  const long = roundedInverseDifference(quantityUsd * SATS_PER_BTC, levelUsd, entryUsd)
  const nearest = side === 'long' ? long : -long
  const level = liquidationUsd(side, quantityUsd, entryUsd, nearest)
  const isBeyond = level === null || (side === 'long' ? level <= levelUsd : level >= levelUsd)
  return sats(isBeyond ? nearest : nearest + 1)
}
