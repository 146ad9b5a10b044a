/** Bid and ask for market orders of a size range. */
export interface SizeBucket {
  readonly minSizeUsd: number
  readonly maxSizeUsd: number
  readonly bidUsd: number
  readonly askUsd: number
}

/** Upper bounds, and the half-spreads paid by an order of that size. */
const SIZES = [
  { maxSizeUsd: 1_000, spreads: 1 },
  { maxSizeUsd: 10_000, spreads: 1.4 },
  { maxSizeUsd: 50_000, spreads: 2 },
  { maxSizeUsd: 100_000, spreads: 3 },
  { maxSizeUsd: 500_000, spreads: 6 },
] as const

/** Returns the buckets around a price, smallest first. The spread widens with the size. */
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

/** Returns the bucket that prices a quantity: the largest one for quantities above all bounds. */
export function bucketFor(buckets: readonly SizeBucket[], quantityUsd: number): SizeBucket {
  const fitting = buckets.find(bucket => quantityUsd <= bucket.maxSizeUsd) ?? buckets.at(-1)
  if (fitting === undefined) throw new RangeError('no size buckets')
  return fitting
}
