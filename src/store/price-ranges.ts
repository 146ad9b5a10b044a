import type { Bucket } from '../domain/market.ts'
import { type PriceRange, RETENTION } from './state.ts'

type Pick = (a: number, b: number) => number

function merged(a: Bucket['bidUsd'], b: Bucket['bidUsd'], pick: Pick): Bucket['bidUsd'] {
  if (a === null || b === null) return a ?? b
  return pick(a, b) === a ? a : b
}

/** Returns the known buckets if the next ones change nothing: most of a second's prices do not. */
function mergedBuckets(known: readonly Bucket[], next: readonly Bucket[], pick: Pick): readonly Bucket[] {
  if (known.length !== next.length) return next
  let changed: Bucket[] | null = null
  for (const [i, bucket] of next.entries()) {
    const before = known[i] ?? bucket
    const bidUsd = merged(before.bidUsd, bucket.bidUsd, pick)
    const askUsd = merged(before.askUsd, bucket.askUsd, pick)
    const { minSizeUsd, maxSizeUsd } = bucket
    const isSame =
      bidUsd === before.bidUsd &&
      askUsd === before.askUsd &&
      minSizeUsd === before.minSizeUsd &&
      maxSizeUsd === before.maxSizeUsd
    if (isSame) continue
    changed ??= [...known]
    changed[i] = { ...bucket, bidUsd, askUsd }
  }
  return changed ?? known
}

/** Adds prices received at `at` to the range of their second; drops ranges older than the retention. */
export function recordPrices(
  ranges: readonly PriceRange[],
  buckets: readonly Bucket[],
  at: number,
): readonly PriceRange[] {
  const second = Math.floor(at / 1000)
  const last = ranges.at(-1)
  if (last?.second !== second) {
    const retained = ranges.filter(range => range.second > second - RETENTION.priceRangeSeconds)
    return retained.concat({ second, low: buckets, high: buckets })
  }
  const low = mergedBuckets(last.low, buckets, Math.min)
  const high = mergedBuckets(last.high, buckets, Math.max)
  return low === last.low && high === last.high ? ranges : ranges.with(-1, { second, low, high })
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
