import { flooredShare, roundedInverseDifference } from './exact.ts'
import type { Bucket } from './market.ts'
import type { Side } from './position.ts'
import { SATS_PER_BTC, type Sats, sats, type Usd, usd } from './units.ts'

/**
 * Unrealized P&L of an inverse BTC/USD contract, gross of fees, to the nearest sat.
 * Long: q·S·(1/E − 1/X); short: the negative (reference 7.1, S = sats per BTC).
 */
export function plSats(side: Side, quantityUsd: number, entryUsd: Usd, markUsd: Usd): Sats {
  const long = roundedInverseDifference(quantityUsd * SATS_PER_BTC, entryUsd, markUsd)
  return sats(side === 'long' ? long : -long)
}

/** The fee of a fill in sats: floor(q·S·rate/price) (reference 7.6). */
export function feeSats(quantityUsd: number, priceUsd: Usd, feeRate: number): Sats {
  return sats(flooredShare(quantityUsd * SATS_PER_BTC, feeRate, priceUsd))
}

/** Fees as a fraction of the notional, by tier. */
export const FEE_RATES = [0.001, 0.0008, 0.0007, 0.0006] as const

/** The fee as a fraction of the notional for tiers 0 to 3; the highest fee for an unknown tier. */
export function feeRateOf(feeTier: number | null): number {
  return FEE_RATES[feeTier ?? 0] ?? FEE_RATES[0]
}

/**
 * The price at which the gross P&L equals the fees of opening and closing, without funding:
 * long E·(1+r)/(1−r), short E·(1−r)/(1+r), from q·S·(1/E − 1/X) = q·S·r/E + q·S·r/X.
 */
export function breakEvenUsd(side: Side, entryUsd: Usd, feeRate: number): Usd {
  const factor = (1 + feeRate) / (1 - feeRate)
  return usd(side === 'long' ? entryUsd * factor : entryUsd / factor)
}

/** Returns the bucket for a market order of this size, or null if the size is above all buckets. */
function bucketFor(buckets: readonly Bucket[], quantityUsd: number): Bucket | null {
  return buckets.find(bucket => quantityUsd <= bucket.maxSizeUsd) ?? null
}

/**
 * The price at which a position of this size would be closed now: the bid for a long, the ask for a short. A size above all buckets
 * gets the price of the largest one. Null if that side has no price.
 */
export function closingPriceUsd(buckets: readonly Bucket[], side: Side, quantityUsd: number): Usd | null {
  const bucket = bucketFor(buckets, quantityUsd) ?? buckets.at(-1)
  if (bucket === undefined) return null
  return side === 'long' ? bucket.bidUsd : bucket.askUsd
}

/**
 * Distance of the mark to liquidation, as a fraction of the mark: long (mark − liq)/mark, short (liq − mark)/mark. Negative if the
 * mark is beyond the liquidation price.
 */
export function liquidationDistance(side: Side, markUsd: Usd, liquidationUsd: Usd): number {
  const away = side === 'long' ? markUsd - liquidationUsd : liquidationUsd - markUsd
  return away === 0 ? 0 : away / markUsd
}

/** Converts sats to dollars at a price, unrounded. */
export function satsToUsd(amount: Sats, priceUsd: Usd): Usd {
  return usd((amount / SATS_PER_BTC) * priceUsd)
}

/** Converts dollars to sats at a price, rounded to the nearest sat. */
export function usdToSats(amountUsd: number, priceUsd: Usd): Sats {
  return sats(Math.round((amountUsd * SATS_PER_BTC) / priceUsd))
}

/**
 * Estimates the next funding, to the nearest sat; negative: paid. q/price·rate·S, paid by longs if the rate is positive (reference
 * 7.5). The settlement uses the fixing price of its time.
 */
export function fundingEstimateSats(side: Side, quantityUsd: number, priceUsd: Usd, rate: number): Sats {
  const paidByLong = Math.round(((quantityUsd * rate) / priceUsd) * SATS_PER_BTC)
  return sats(side === 'long' ? -paidByLong : paidByLong)
}
