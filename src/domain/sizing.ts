import {
  isLiquidatedAt,
  newTradeLiquidationUsd,
  openingMarginSats,
  openingReserveSats,
} from './liquidation.ts'
import type { Side } from './position.ts'
import { BOUNDS, SATS_PER_BTC, type Sats, sats, type Usd } from './units.ts'
import { feeSats, plSats } from './valuation.ts'

/** Limits of an isolated trade at the exchange (reference 4.3). */
export const MOST_TRADE_USD = 500_000
const MOST_LEVERAGE = 100

/** What a size is calculated from. */
export interface SizingInput {
  readonly equitySats: Sats
  /** Free balance; null if unknown. */
  readonly freeSats: Sats | null
  /** Part of the equity that the stop may cost, above 0 and up to 1. */
  readonly riskFraction: number
  readonly side: Side
  readonly stopUsd: Usd
  /** The price at which an order of this size opens the trade; null if there is none. */
  readonly entryUsd: (quantityUsd: number) => Usd | null
  readonly feeRate: number
  /** Null: the highest that is not liquidated before the stop. */
  readonly leverage: number | null
}

/** Why a size must not be used as it is. */
export type SizeWarning = 'liquidation-before-stop' | 'balance-too-small' | 'above-trade-limit'

/** A new isolated trade that loses at most the risk at its stop, fees included. */
export interface TradeSize {
  readonly quantityUsd: number
  readonly entryUsd: Usd
  readonly riskSats: Sats
  readonly openingFeeSats: Sats
  /** At the stop. */
  readonly closingFeeSats: Sats
  /** Loss at the stop with both fees, a positive number. */
  readonly lossAtStopSats: Sats
  readonly leverage: number
  /** The least whole leverage that the free balance covers; null if none does, or if the balance is unknown. */
  readonly leastLeverage: number | null
  /** The highest whole leverage that is not liquidated before the stop; null if there is none. */
  readonly mostLeverage: number | null
  readonly marginSats: Sats
  /** Reserved for both fees, beside the margin. */
  readonly reserveSats: Sats
  /** Null for a short at 1x, which is never liquidated. */
  readonly liquidationUsd: Usd | null
  /** Loss of a liquidation with both fees, a positive number; null if there is none. */
  readonly lossAtLiquidationSats: Sats | null
  readonly warnings: readonly SizeWarning[]
}

/** The refusal while no price is known. */
export const NO_ENTRY = 'there is no price to enter at'

/** A size, or why there is none, in one line. */
export type Sizing =
  | { readonly size: TradeSize; readonly refusal: null }
  | { readonly size: null; readonly refusal: string }

/** The side that a stop protects: a long above it, a short below it; null at the entry itself. */
export function sideOfStop(entryUsd: Usd, stopUsd: Usd): Side | null {
  if (stopUsd === entryUsd) return null
  return stopUsd < entryUsd ? 'long' : 'short'
}

/** Loss at the stop with both fees, in sats; negative for a gain. */
export function lossAtStop(
  side: Side,
  quantityUsd: number,
  entryUsd: Usd,
  stopUsd: Usd,
  feeRate: number,
): Sats {
  const fees = feeSats(quantityUsd, entryUsd, feeRate) + feeSats(quantityUsd, stopUsd, feeRate)
  return sats(fees - plSats(side, quantityUsd, entryUsd, stopUsd))
}

/** The largest quantity in whole dollars whose loss at the stop is at most `riskSats`; 0 if not even one dollar is. */
function mostQuantity({ side, stopUsd, feeRate }: SizingInput, entryUsd: Usd, riskSats: Sats): number {
  const perDollar =
    SATS_PER_BTC * (Math.abs(1 / entryUsd - 1 / stopUsd) + feeRate / entryUsd + feeRate / stopUsd)
  const isWithin = (quantityUsd: number): boolean =>
    lossAtStop(side, quantityUsd, entryUsd, stopUsd, feeRate) <= riskSats
  // The loss is a rounded P&L and two rounded fees: at most 3 sats from the estimate.
  const slackUsd = Math.ceil(3 / perDollar) + 1
  let least = Math.max(0, Math.floor(riskSats / perDollar) - slackUsd)
  let most = Math.min(BOUNDS.mostQuantityUsd, least + 2 * slackUsd)
  least = Math.min(least, most)
  while (least < most) {
    const middle = Math.ceil((least + most) / 2)
    if (isWithin(middle)) least = middle
    else most = middle - 1
  }
  return least
}

/** A larger order opens at a worse price, which allows less of it. */
function quantityAndEntry(
  input: SizingInput,
  riskSats: Sats,
): { readonly quantityUsd: number; readonly entryUsd: Usd } | null {
  const { side, stopUsd, feeRate } = input
  let entryUsd = input.entryUsd(1)
  if (entryUsd === null) return null
  let quantityUsd = mostQuantity(input, entryUsd, riskSats)
  for (;;) {
    const entry = input.entryUsd(Math.max(1, quantityUsd))
    if (entry === null) return null
    const isWithin = lossAtStop(side, quantityUsd, entry, stopUsd, feeRate) <= riskSats
    if (quantityUsd === 0 || isWithin) return { quantityUsd, entryUsd: entry }
    entryUsd = entry
    quantityUsd = Math.min(quantityUsd - 1, mostQuantity(input, entryUsd, riskSats))
  }
}

/** Returns the size of a new isolated trade. The stop is filled at its price: slippage is not included. */
export function sizeTrade(input: SizingInput): Sizing {
  const { equitySats, riskFraction, side, stopUsd, feeRate } = input
  const refused = (refusal: string): Sizing => ({ size: null, refusal })
  if (!(riskFraction > 0 && riskFraction <= 1)) return refused('the risk must be above 0% and at most 100%')
  if (equitySats <= 0) return refused('there is no equity to risk')
  const first = input.entryUsd(1)
  if (first === null) return refused(NO_ENTRY)
  if (sideOfStop(first, stopUsd) !== side)
    return refused(
      `the stop of a ${side} must be ${side === 'long' ? 'below' : 'above'} its entry at ${first}`,
    )
  const riskSats = sats(Math.floor(equitySats * riskFraction))
  const found = quantityAndEntry(input, riskSats)
  if (found === null) return refused(NO_ENTRY)
  if (found.quantityUsd < 1) return refused('the risk is less than one dollar loses at this stop')
  const { quantityUsd, entryUsd } = found
  const closingFee = feeSats(quantityUsd, stopUsd, feeRate)
  const leverages = leverageRange(input, quantityUsd, entryUsd)
  const leverage = input.leverage ?? leverages.mostLeverage ?? 1
  return {
    size: {
      quantityUsd,
      entryUsd,
      riskSats,
      openingFeeSats: feeSats(quantityUsd, entryUsd, feeRate),
      closingFeeSats: closingFee,
      lossAtStopSats: lossAtStop(side, quantityUsd, entryUsd, stopUsd, feeRate),
      ...leverages,
      ...fundsOf(input, quantityUsd, entryUsd, leverage),
    },
    refusal: null,
  }
}

type Funds = Pick<
  TradeSize,
  'leverage' | 'marginSats' | 'reserveSats' | 'liquidationUsd' | 'lossAtLiquidationSats' | 'warnings'
>

function fundsOf(
  { side, stopUsd, feeRate, freeSats }: SizingInput,
  quantityUsd: number,
  entryUsd: Usd,
  leverage: number,
): Funds {
  const marginSats = openingMarginSats(quantityUsd, entryUsd, leverage)
  const reserveSats = openingReserveSats(side, quantityUsd, entryUsd, leverage)
  const liquidationUsd = newTradeLiquidationUsd(side, quantityUsd, entryUsd, leverage)
  const isFirst = isLiquidatedAt(side, stopUsd, liquidationUsd)
  const isTooSmall = freeSats !== null && marginSats + reserveSats > freeSats
  const fees =
    liquidationUsd === null
      ? null
      : feeSats(quantityUsd, entryUsd, feeRate) + feeSats(quantityUsd, liquidationUsd, feeRate)
  return {
    leverage,
    marginSats,
    reserveSats,
    liquidationUsd,
    lossAtLiquidationSats: fees === null ? null : sats(marginSats + fees),
    warnings: [
      ...(isFirst ? (['liquidation-before-stop'] as const) : []),
      ...(isTooSmall ? (['balance-too-small'] as const) : []),
      ...(quantityUsd > MOST_TRADE_USD ? (['above-trade-limit'] as const) : []),
    ],
  }
}

/** The whole leverages between which the trade is affordable and reaches its stop. */
function leverageRange(
  { side, stopUsd, freeSats }: SizingInput,
  quantityUsd: number,
  entryUsd: Usd,
): Pick<TradeSize, 'leastLeverage' | 'mostLeverage'> {
  const all = Array.from({ length: MOST_LEVERAGE }, (_, index) => index + 1)
  const isAffordable = (leverage: number): boolean =>
    freeSats !== null &&
    openingMarginSats(quantityUsd, entryUsd, leverage) +
      openingReserveSats(side, quantityUsd, entryUsd, leverage) <=
      freeSats
  const reachesStop = (leverage: number): boolean => {
    const liquidation = newTradeLiquidationUsd(side, quantityUsd, entryUsd, leverage)
    return !isLiquidatedAt(side, stopUsd, liquidation)
  }
  return { leastLeverage: all.find(isAffordable) ?? null, mostLeverage: all.findLast(reachesStop) ?? null }
}
