import type { Candle } from '../../domain/market.ts'
import type { Usd } from '../../domain/units.ts'
import { ageOf, STALE_AFTER_MS } from '../age.ts'
import type { State } from '../state.ts'
import type { MarketView } from '../view.ts'

const HOUR_MS = 3_600_000

/** Current prices and their changes. */
export function selectMarket(state: State, now: number): MarketView {
  const ageMs = marketAge(state, now)
  const first = state.buckets?.value[0] ?? null
  const last = state.lastPrice?.value ?? null
  const hour = recentCandles(state, '1m', HOUR_MS, now)
  const day = dayCandles(state, now)
  return {
    lastPriceUsd: last,
    indexUsd: state.index?.value ?? null,
    bidUsd: first?.bidUsd ?? null,
    askUsd: first?.askUsd ?? null,
    fundingRate: state.funding?.value.rate ?? null,
    nextFundingAt: state.funding?.value.at ?? null,
    ageMs,
    stale: ageMs === null || ageMs > STALE_AFTER_MS,
    change1h: changeSince(hour, last),
    change24h: changeSince(day, last),
    low24hUsd: extreme(day, candle => candle.lowUsd, last, Math.min),
    high24hUsd: extreme(day, candle => candle.highUsd, last, Math.max),
    closes1h: hour.map(candle => candle.closeUsd),
  }
}

/**
 * Age of the oldest of prices and funding rate, or null without closing prices. A value that was never read has no age: without an index
 * or a funding rate, positions are still valued at the closing prices and their risk is evaluated.
 */
export function marketAge(state: State, now: number): number | null {
  const { lastPrice, index, buckets, funding } = state
  if (buckets === null) return null
  const known = [lastPrice, index, buckets, funding].filter(stamped => stamped !== null)
  return Math.max(...known.map(stamped => ageOf(state, stamped, now)))
}

/** Returns true if all prices and the funding rate were read. */
export function isMarketWhole({ lastPrice, index, buckets, funding }: State): boolean {
  return lastPrice !== null && index !== null && buckets !== null && funding !== null
}

/** Highest minus lowest price of the last 24 hours, or null without candles. */
export function dayRangeUsd(state: State, now: number): number | null {
  const day = dayCandles(state, now)
  const last = state.lastPrice?.value ?? null
  const low = extreme(day, candle => candle.lowUsd, last, Math.min)
  const high = extreme(day, candle => candle.highUsd, last, Math.max)
  return low === null || high === null ? null : high - low
}

function dayCandles(state: State, now: number): readonly Candle[] {
  return recentCandles(state, '1h', 24 * HOUR_MS, now)
}

const CANDLE_MS = { '1m': 60_000, '1h': HOUR_MS } as const

/**
 * The candles of the last `spanMs`, oldest first. Empty if the newest candle is outdated: then the range and the change are unknown.
 */
function recentCandles(
  state: State,
  range: keyof typeof CANDLE_MS,
  spanMs: number,
  now: number,
): readonly Candle[] {
  const exchangeNow = now + (state.status?.clockOffsetMs ?? 0)
  const candles = state.candles.get(range) ?? []
  const newest = candles.at(-1)
  const isCurrent = newest !== undefined && newest.openedAt > exchangeNow - 3 * CANDLE_MS[range]
  return isCurrent ? candles.filter(candle => candle.openedAt > exchangeNow - spanMs) : []
}

function changeSince(candles: readonly Candle[], last: Usd | null): number | null {
  const open = candles[0]?.openUsd
  return open === undefined || last === null ? null : (last - open) / open
}

function extreme(
  candles: readonly Candle[],
  price: (candle: Candle) => Usd,
  last: Usd | null,
  pick: (...prices: number[]) => number,
): Usd | null {
  if (candles.length === 0) return null
  const prices = candles.map(price)
  return pick(...prices, ...(last === null ? [] : [last])) as Usd
}
