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

/** What a fill of `quantityUsd` at `priceUsd` costs: floor(q·S·rate/price) (reference 7.6). */
export function feeSats(quantityUsd: number, priceUsd: Usd, feeRate: number): Sats {
  return sats(flooredShare(quantityUsd * SATS_PER_BTC, feeRate, priceUsd))
}

const FEE_RATES = [0.001, 0.0008, 0.0007, 0.0006] as const

/** The fee as a fraction of the notional for the exchange's tier 0..3; an unknown tier costs the most. */
export function feeRateOf(feeTier: number): number {
  return FEE_RATES[feeTier] ?? FEE_RATES[0]
}

/**
 * The price at which closing gives back exactly what opening and closing cost in fees (funding is not in it):
 * long E·(1+r)/(1−r), short E·(1−r)/(1+r), from q·S·(1/E − 1/X) = q·S·r/E + q·S·r/X.
 */
export function breakEvenUsd(side: Side, entryUsd: Usd, feeRate: number): Usd {
  const factor = (1 + feeRate) / (1 - feeRate)
  return usd(side === 'long' ? entryUsd * factor : entryUsd / factor)
}

/** The bucket whose prices a market order of this size gets; null when the size is above every bucket. */
function bucketFor(buckets: readonly Bucket[], quantityUsd: number): Bucket | null {
  return buckets.find(bucket => quantityUsd <= bucket.maxSizeUsd) ?? null
}

/**
 * The price at which a position of this size would be closed now: the bid for a long, the ask for a short. A size above every
 * bucket gets the largest bucket's price, the nearest that the exchange says. Null when that side has no price.
 */
export function closingPriceUsd(buckets: readonly Bucket[], side: Side, quantityUsd: number): Usd | null {
  const bucket = bucketFor(buckets, quantityUsd) ?? buckets.at(-1)
  if (bucket === undefined) return null
  return side === 'long' ? bucket.bidUsd : bucket.askUsd
}

/**
 * How far the mark is from liquidation, as a fraction of the mark. Long (mark − liq)/mark, short (liq − mark)/mark: negative
 * means that the price is beyond the level.
 */
export function liquidationDistance(side: Side, markUsd: Usd, liquidationUsd: Usd): number {
  const away = side === 'long' ? markUsd - liquidationUsd : liquidationUsd - markUsd
  return away === 0 ? 0 : away / markUsd
}

/** What an amount of sats is worth at a price, in dollars, unrounded. */
export function satsToUsd(amount: Sats, priceUsd: Usd): Usd {
  return usd((amount / SATS_PER_BTC) * priceUsd)
}

/** What an amount of dollars is worth at a price, to the nearest sat. */
export function usdToSats(amountUsd: number, priceUsd: Usd): Sats {
  return sats(Math.round((amountUsd * SATS_PER_BTC) / priceUsd))
}

/**
 * What the next funding takes (negative) or gives (positive), to the nearest sat: q/price·rate·S, paid by longs when the rate
 * is positive (reference 7.5). The settlement uses the fixing price of its moment, so this is an estimate until then.
 */
export function fundingEstimateSats(side: Side, quantityUsd: number, priceUsd: Usd, rate: number): Sats {
  const paidByLong = Math.round(((quantityUsd * rate) / priceUsd) * SATS_PER_BTC)
  return sats(side === 'long' ? -paidByLong : paidByLong)
}
