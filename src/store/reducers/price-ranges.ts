import type { Bucket } from '../../domain/market.ts'
import { type PriceRange, RETENTION } from '../state.ts'

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

/** Adds prices seen at `at` to the span of their second and forgets the seconds that are too long ago. */
export function recordPrices(
  spans: readonly PriceRange[],
  buckets: readonly Bucket[],
  at: number,
): readonly PriceRange[] {
  const second = Math.floor(at / 1000)
  const last = spans.at(-1)
  if (last === undefined || last.second !== second) {
    const kept = spans.filter(span => span.second > second - RETENTION.spanSeconds)
    return [...kept, { second, low: buckets, high: buckets }]
  }
  const low = mergedBuckets(last.low, buckets, Math.min)
  const high = mergedBuckets(last.high, buckets, Math.max)
  return [...spans.slice(0, -1), { second, low, high }]
}

/** The spans that cover a time, and the one before it, whose prices stood when it began. */
export function rangesBetween(spans: readonly PriceRange[], from: number, to: number): readonly PriceRange[] {
  const first = spans.findLastIndex(span => span.second * 1000 <= from)
  return spans.slice(Math.max(0, first)).filter(span => span.second * 1000 <= to)
}
