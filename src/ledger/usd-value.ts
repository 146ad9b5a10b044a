import { SATS_PER_BTC } from '../domain/units.ts'
import type { Posting } from './postings.ts'

/** Prices are exact to this fraction of a dollar. */
const PRICE_SCALE = 10_000
const UNIT = BigInt(SATS_PER_BTC) * BigInt(PRICE_SCALE)

/** Converts a sum of exact values to dollars, rounded to the cent. */
export function exactDollars(sum: bigint): number {
  const cents = (sum * 200n + (sum < 0n ? -UNIT : UNIT)) / (2n * UNIT)
  return Number(cents) / 100
}

/** Returns the exact product of an amount and a price, for `exactDollars`; null if either is unknown. */
export function exactValue({ sats, priceUsd }: Pick<Posting, 'sats' | 'priceUsd'>): bigint | null {
  if (sats === 0n) return 0n
  return sats === null || priceUsd === null ? null : sats * BigInt(Math.round(priceUsd * PRICE_SCALE))
}

/** Returns an amount in US dollars, rounded to the cent; null if it or its price is unknown. */
export function usdOf(amount: Pick<Posting, 'sats' | 'priceUsd'>): number | null {
  const value = exactValue(amount)
  return value === null ? null : exactDollars(value)
}
