import { type CandleLength, candleOpening } from './candle-range.ts'
import type { Candle } from './market.ts'
import type { Usd } from './units.ts'

/**
 * Extends candles of a range by shorter ones, both oldest first: those since the opening of the last candle widen it, later ones open new
 * candles. Without candles to extend, the first one is dropped unless its opening is among the shorter ones. Volumes stay: they would be
 * counted twice.
 */
export function joinCandles(
  range: CandleLength,
  known: readonly Candle[],
  shorter: readonly Candle[],
): readonly Candle[] {
  const last = known.at(-1)
  const anchor = last?.openedAt ?? null
  const joined = [...known]
  for (const candle of shorter) {
    if (last !== undefined && candle.openedAt < last.openedAt) continue
    const openedAt = candleOpening(range, candle.openedAt, anchor)
    const current = joined.at(-1)
    if (current?.openedAt === openedAt) joined[joined.length - 1] = widened(current, candle)
    else if (current !== undefined || openedAt === candle.openedAt) joined.push({ ...candle, openedAt })
  }
  return joined
}

function widened(candle: Candle, { highUsd, lowUsd, closeUsd }: Candle): Candle {
  return {
    ...candle,
    highUsd: Math.max(candle.highUsd, highUsd) as Usd,
    lowUsd: Math.min(candle.lowUsd, lowUsd) as Usd,
    closeUsd,
  }
}
