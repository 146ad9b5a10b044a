import type { Usd } from './units.ts'

/**
 * Prices of market orders by size. A size belongs to the first bucket whose `maxSizeUsd` is at least the size. A price is null if the
 * exchange gives none.
 */
export interface Bucket {
  readonly minSizeUsd: number
  readonly maxSizeUsd: number
  readonly bidUsd: Usd | null
  readonly askUsd: Usd | null
}

/** The next settlement: `rate` is a fraction (0.0001 = 0.01 %; positive: longs pay shorts), `at` ms since 1970. */
export interface Funding {
  readonly rate: number | null
  readonly at: number | null
}

/** One candle; `openedAt` in ms since 1970, volume in USD. */
export interface Candle {
  readonly openedAt: number
  readonly openUsd: Usd
  readonly highUsd: Usd
  readonly lowUsd: Usd
  readonly closeUsd: Usd
  readonly volumeUsd: number
}

/** Current market data. A value is null if it was not read. Buckets are sorted by size, smallest first. */
export interface Ticker {
  readonly lastPriceUsd: Usd | null
  readonly indexUsd: Usd | null
  readonly funding: Funding | null
  readonly buckets: readonly Bucket[] | null
}
