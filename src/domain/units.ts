/** A whole number of satoshis, signed. 100,000,000 sats are one bitcoin. */
export type Sats = number & { readonly unit: 'sats' }

/** A price in USD per BTC or an amount in US dollars, depending on the name of the value. */
export type Usd = number & { readonly unit: 'usd' }

/** Satoshis in one bitcoin. */
export const SATS_PER_BTC = 100_000_000

/**
 * Bounds of numbers from outside; numbers beyond are faults. Prices in USD per BTC, an amount in sats (10,000 BTC) and a quantity in
 * USD. The exchange limits trades to 500,000 USD and positions to 15 million USD. Within these bounds P&L, which divides by prices,
 * is exact, and so are sums over a hundred of the largest trades.
 */
export const BOUNDS = {
  leastPriceUsd: 1,
  mostPriceUsd: 1_000_000_000,
  /** A long of 1 USD with a margin of 100 BTC is liquidated at a cent. */
  leastLevelUsd: 0.01,
  /** Liquidation prices far above the market are real: those of shorts with much margin. */
  mostLevelUsd: 1_000_000_000_000,
  leastLeverage: 0.000_001,
  mostLeverage: 1_000_000,
  /** Of a trailing stop, as a fraction of the price or in percent of it. */
  mostDistance: 100,
  mostSats: 1_000_000_000_000,
  mostQuantityUsd: 50_000_000,
  /** Of synthetic dollars, in dollars or cents. */
  mostSyntheticUsd: 10_000_000_000,
  /** Funding rate, as a fraction of the quantity. */
  mostFundingRate: 1,
} as const

/**
 * Converts a number to sats. Turns -0 into 0.
 * @throws RangeError if it is not a safe integer: a bug of the caller, since decoders validate data
 */
export function sats(value: number): Sats {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number of sats: ${value}`)
  return (value === 0 ? 0 : value) as Sats
}

/**
 * Converts a number to US dollars or a USD price. Turns -0 into 0.
 * @throws RangeError if it is not finite: a bug of the caller
 */
export function usd(value: number): Usd {
  if (!Number.isFinite(value)) throw new RangeError(`not an amount of dollars: ${value}`)
  return (value === 0 ? 0 : value) as Usd
}

/** Returns the sum of amounts; 0 for none. */
export function sumSats(amounts: Iterable<Sats>): Sats {
  let sum = 0
  for (const amount of amounts) sum += amount
  return sats(sum)
}

/** Returns the sum of amounts, or null if any is unknown. */
export function sumKnownSats(amounts: readonly (Sats | null)[]): Sats | null {
  const known = amounts.filter(amount => amount !== null)
  return known.length === amounts.length ? sumSats(known) : null
}
