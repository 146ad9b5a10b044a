/** Bid and ask for market orders up to a size. */
export interface SizeBucket {
  readonly minSizeUsd: number
  readonly maxSizeUsd: number
  readonly bidUsd: number
  readonly askUsd: number
}

/** Upper ends, and how many half-spreads an order of that size pays. */
const SIZES = [
  { maxSizeUsd: 1_000, spreads: 1 },
  { maxSizeUsd: 10_000, spreads: 1.4 },
  { maxSizeUsd: 50_000, spreads: 2 },
  { maxSizeUsd: 100_000, spreads: 3 },
  { maxSizeUsd: 500_000, spreads: 6 },
] as const

/** The buckets around a price, smallest first; the spread widens with the size. */
export function bucketsAround(lastUsd: number, halfSpreadUsd: number): SizeBucket[] {
  let minSizeUsd = 0
  return SIZES.map(({ maxSizeUsd, spreads }) => {
    const bucket = {
      minSizeUsd,
      maxSizeUsd,
      bidUsd: Math.floor((lastUsd - halfSpreadUsd * spreads) * 2) / 2,
      askUsd: Math.ceil((lastUsd + halfSpreadUsd * spreads) * 2) / 2,
    }
    minSizeUsd = maxSizeUsd
    return bucket
  })
}

/** The bucket whose prices hold for a quantity; what is larger than all trades in the largest. */
export function bucketFor(buckets: readonly SizeBucket[], quantityUsd: number): SizeBucket {
  const fitting = buckets.find(bucket => quantityUsd <= bucket.maxSizeUsd) ?? buckets.at(-1)
  if (fitting === undefined) throw new RangeError('no size buckets')
  return fitting
}
