/** A whole number of satoshis, signed. 100,000,000 sats are one bitcoin. */
export type Sats = number & { readonly unit: 'sats' }

/** A price in USD per BTC, or an amount in US dollars; the name of the value says which. */
export type Usd = number & { readonly unit: 'usd' }

/** Satoshis in one bitcoin. */
export const SATS_PER_BTC = 100_000_000

/**
 * What is believed of foreign numbers; beyond, they are faults. Prices in USD per BTC, one amount in sats (10,000 BTC), one size
 * in USD (the exchange's own limits are 500,000 for a trade and 15 million for a position). Within these bounds P&L, which divides
 * by prices, is exact, and so are the sums over a hundred trades of the largest size.
 */
export const BOUNDS = {
  leastPriceUsd: 1,
  mostPriceUsd: 1_000_000_000,
  mostSats: 1_000_000_000_000,
  mostQuantityUsd: 50_000_000,
} as const

/**
 * Says that a number is an amount of sats. Turns -0 into 0.
 * @throws RangeError when it is not a safe integer: that is a bug of the caller, never bad data (the wire checks data).
 */
export function sats(value: number): Sats {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number of sats: ${value}`)
  return (value === 0 ? 0 : value) as Sats
}

/**
 * Says that a number is an amount of US dollars or a USD price. Turns -0 into 0.
 * @throws RangeError when it is not finite: a bug of the caller.
 */
export function usd(value: number): Usd {
  if (!Number.isFinite(value)) throw new RangeError(`not an amount of dollars: ${value}`)
  return (value === 0 ? 0 : value) as Usd
}

/** The sum of amounts of sats; 0 for none. */
export function sumSats(amounts: Iterable<Sats>): Sats {
  let sum = 0
  for (const amount of amounts) sum += amount
  return sats(sum)
}
