/**
 * The exchange's formulas, numbered as in the LN Markets documentation.
 *
 * They deliberately duplicate the valuation in `domain/`. If the simulator shared that code, a mistake in it would appear on
 * both sides and every comparison would pass.
 */

/** Order side: a buy opens a long. */
export type QuoteSide = 'buy' | 'sell'

const SATS = 100_000_000

/** Trading fee in parts per 100,000 of the notional, by fee tier 0..3. */
const FEE_PER_100K = [100, 80, 70, 60] as const

/**
 * Absorbs the error of three divisions, relative to the amount. An amount of whole dollars at a price in ticks that is no whole number of
 * sats is further from one: by a sat over twice the price times the leverage.
 */
const DUST = 2 ** -50

function floorSats(amount: number): number {
  return Math.floor(amount * (1 + DUST))
}

/** +1 for a buy (long), -1 for a sell (short). */
export function signOf(side: QuoteSide): 1 | -1 {
  return side === 'buy' ? 1 : -1
}

/** Rounds to the nearest tick of 0.5 USD. */
export function toTick(priceUsd: number): number {
  return Math.round(priceUsd * 2) / 2
}

/** Value of the quantity in sats, unrounded. */
export function notionalSats(quantityUsd: number, priceUsd: number): number {
  return (quantityUsd * SATS) / priceUsd
}

/** Margin of an isolated trade, rounded up (7.1). */
export function marginSats(quantityUsd: number, priceUsd: number, leverage: number): number {
  return Math.ceil((notionalSats(quantityUsd, priceUsd) / leverage) * (1 - DUST))
}

/** Leverage implied by a margin; it drifts when the margin changes (7.1). */
export function leverageOf(quantityUsd: number, priceUsd: number, margin: number): number {
  return notionalSats(quantityUsd, priceUsd) / margin
}

/** Profit in sats, rounded to nearest. Longs are valued at the bid, shorts at the ask (7.1). */
export function profitSats(side: QuoteSide, quantityUsd: number, entryUsd: number, markUsd: number): number {
  const exact = signOf(side) * quantityUsd * SATS * (1 / entryUsd - 1 / markUsd)
  return Math.round(exact) + 0
}

/** Margin used by the formulas of 7.2: rounded down, unlike the margin that is charged. */
function coveredSats(quantityUsd: number, entryUsd: number, leverage: number): number {
  return floorSats(notionalSats(quantityUsd, entryUsd) / leverage)
}

/** The unrounded price at which `coverSats` are used up, or null if there is none, as for a short at 1x. */
function exhaustionUsd(
  side: QuoteSide,
  quantityUsd: number,
  entryUsd: number,
  coverSats: number,
): number | null {
  const inverse = 1 / entryUsd + (signOf(side) * coverSats) / SATS / quantityUsd
  return inverse > 0 ? 1 / inverse : null
}

/** Liquidation price of an isolated trade that cannot be liquidated: above any price a client displays. */
const NO_LEVEL_USD = 1_000_000_000

/** Liquidation price of an isolated trade at its opening (7.2). */
export function openingLiquidationUsd(
  side: QuoteSide,
  quantityUsd: number,
  entryUsd: number,
  leverage: number,
): number {
  return isolatedLiquidationUsd(side, quantityUsd, entryUsd, coveredSats(quantityUsd, entryUsd, leverage))
}

/** Liquidation price of an isolated trade at its current margin (7.2). */
export function isolatedLiquidationUsd(
  side: QuoteSide,
  quantityUsd: number,
  entryUsd: number,
  margin: number,
): number {
  const level = exhaustionUsd(side, quantityUsd, entryUsd, margin)
  return level === null ? NO_LEVEL_USD : toTick(level)
}

/** Reserve for the opening and closing fees at tier 1, in addition to the margin (7.3). */
export function isolatedReserveSats(
  side: QuoteSide,
  quantityUsd: number,
  entryUsd: number,
  leverage: number,
): number {
  const opening = notionalSats(quantityUsd, entryUsd)
  // At the liquidation price the notional differs from the opening one by exactly the covered margin.
  const closing = opening + signOf(side) * coveredSats(quantityUsd, entryUsd, leverage)
  return floorSats(opening / 1000) + floorSats(Math.max(0, closing) / 1000)
}

/** Trading fee, rounded down (7.6). `feeTier` 0..3. */
export function tradingFeeSats(quantityUsd: number, priceUsd: number, feeTier: number): number {
  const rate = FEE_PER_100K[feeTier] ?? FEE_PER_100K[0]
  return floorSats((notionalSats(quantityUsd, priceUsd) * rate) / 100_000)
}

/** Funding of one settlement, positive if paid. A long pays a positive rate (7.5). */
export function fundingSats(side: QuoteSide, quantityUsd: number, fixingUsd: number, rate: number): number {
  return Math.round(signOf(side) * notionalSats(quantityUsd, fixingUsd) * rate) + 0
}

/** The part of the cross margin used by a position or an order (7.4). */
export function runningMarginSats(quantityUsd: number, entryUsd: number, leverage: number): number {
  return floorSats(notionalSats(quantityUsd, entryUsd) / leverage)
}

/** Maintenance margin of the cross position: 0.15 % of its notional (7.4). */
export function crossMaintenanceSats(quantityUsd: number, entryUsd: number): number {
  return floorSats(notionalSats(quantityUsd, entryUsd) * 0.0015)
}

/** Liquidation price of the cross position, or null if it has none. Independent of leverage (7.4). */
export function crossLiquidationUsd(
  side: QuoteSide,
  quantityUsd: number,
  entryUsd: number,
  margin: number,
): number | null {
  const cover = margin - crossMaintenanceSats(quantityUsd, entryUsd)
  const level = exhaustionUsd(side, quantityUsd, entryUsd, cover)
  return level === null ? null : toTick(level)
}

/** Price from which a trade's P&L counts after `sats` of its profit were taken out (7.7). */
export function cashedInUsd(side: QuoteSide, quantityUsd: number, basisUsd: number, sats: number): number {
  return sats === 0 ? basisUsd : 1 / (1 / basisUsd - (signOf(side) * sats) / SATS / quantityUsd)
}

/** Level of a trailing stop-loss at a price: it moves with the price, and never back. `levelUsd` is 0 if there was none. */
export function trailedStopUsd(side: QuoteSide, levelUsd: number, markUsd: number, distance: number): number {
  const level = toTick(Math.max(0, markUsd * (1 - signOf(side) * distance)))
  if (levelUsd === 0) return level
  return side === 'buy' ? Math.max(levelUsd, level) : Math.min(levelUsd, level)
}

/** Entry price after adding to a position: the harmonic mean, weighted by dollars (7.4). */
export function addedEntryUsd(heldUsd: number, entryUsd: number, addedUsd: number, priceUsd: number): number {
  return (heldUsd + addedUsd) / (heldUsd / entryUsd + addedUsd / priceUsd)
}

/**
 * Entry price of the remainder after part of a losing position was closed at `priceUsd`. The loss is carried into it, so
 * that the total P&L does not change (7.4). Returns null if the remainder is too small to carry the loss.
 */
export function carriedEntryUsd(
  side: QuoteSide,
  heldUsd: number,
  entryUsd: number,
  closedUsd: number,
  priceUsd: number,
): number | null {
  const perDollar = signOf(side) * (1 / entryUsd - 1 / priceUsd)
  const inverse = 1 / priceUsd + signOf(side) * perDollar * (heldUsd / (heldUsd - closedUsd))
  const entry = 1 / inverse
  return inverse > 0 && entry < 10 * priceUsd ? entry : null
}
