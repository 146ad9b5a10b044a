import type { Bucket } from '../domain/market.ts'
import { type PriceRange, RETENTION } from './state.ts'

type Pick = (a: number, b: number) => number

function merged(a: Bucket['bidUsd'], b: Bucket['bidUsd'], pick: Pick): Bucket['bidUsd'] {
  if (a === null || b === null) return a ?? b
  return pick(a, b) === a ? a : b
}

function mergedBuckets(known: readonly Bucket[], next: readonly Bucket[], pick: Pick): readonly Bucket[] {
  if (known.length !== next.length) return next
  return next.map((bucket, i) => ({
    ...bucket,
    bidUsd: merged(known[i]?.bidUsd ?? null, bucket.bidUsd, pick),
    askUsd: merged(known[i]?.askUsd ?? null, bucket.askUsd, pick),
  }))
}

/** Adds prices received at `at` to the range of their second; drops ranges older than the retention. */
export function recordPrices(
  ranges: readonly PriceRange[],
  buckets: readonly Bucket[],
  at: number,
): readonly PriceRange[] {
  const second = Math.floor(at / 1000)
  const last = ranges.at(-1)
  if (last === undefined || last.second !== second) {
    const retained = ranges.filter(range => range.second > second - RETENTION.priceRangeSeconds)
    return [...retained, { second, low: buckets, high: buckets }]
  }
  const low = mergedBuckets(last.low, buckets, Math.min)
  const high = mergedBuckets(last.high, buckets, Math.max)
  return [...ranges.slice(0, -1), { second, low, high }]
}

/** The ranges between two times, including the last one before `from`: its prices were current then. */
export function rangesBetween(
  ranges: readonly PriceRange[],
  from: number,
  to: number,
): readonly PriceRange[] {
  const first = ranges.findLastIndex(range => range.second * 1000 <= from)
  return ranges.slice(Math.max(0, first)).filter(range => range.second * 1000 <= to)
}
