import { type CandleLength, candleLengthMs } from '../../domain/candle-range.ts'
import { joinCandles } from '../../domain/join-candles.ts'
import type { Candle } from '../../domain/market.ts'
import type { State } from '../state.ts'

/** The candles of a chart. */
export interface ChartView {
  readonly range: CandleLength
  /** Oldest first, without gaps filled. The same list as long as nothing has changed. */
  readonly candles: readonly Candle[]
  /** True once the source has replied for this range, also with an error. */
  readonly isRead: boolean
  /** Why the last read failed; null if it did not. */
  readonly error: string | null
  /** The shorter candles that these are joined from, because the source sends no others; null if there is no need. */
  readonly joinedFrom: CandleLength | null
  /** When the last candle ends or has ended, if that is too long ago for it to be current, ms of the exchange's clock; null if it is current. */
  readonly endedAt: number | null
}

/** A candle of the next minute arrives with the first price in it. */
const LATE_MS = 120_000

type Candles = readonly Candle[]

const NONE: Candles = []
const HOUR_MS = 3_600_000

/** The candles of a range as requested, brought up to the present with the minutes that every source sends. */
export function selectChart(state: State, range: CandleLength, now: number): ChartView {
  const read = state.chart.get(range)
  const minutes = state.candles.get('1m') ?? NONE
  const own = state.candles.get(range) ?? NONE
  const base = read?.candles ?? NONE
  const hours = state.candles.get('1h') ?? NONE
  const hasOwn = base.length > 0 || own.length > 0
  const isOfHours = candleLengthMs(range) % HOUR_MS === 0
  const joinedFrom = hasOwn ? null : isOfHours ? '1h' : '1m'
  const candles = hasOwn
    ? joined(range, base.length === 0 ? own : joined(range, base, own), minutes)
    : joined(range, joined(range, NONE, isOfHours ? hours : minutes), isOfHours ? minutes : NONE)
  return {
    range,
    candles,
    isRead: read !== undefined,
    error: read?.error ?? null,
    joinedFrom: candles.length === 0 ? null : joinedFrom,
    endedAt: endedAt(candles, range, now + (state.status?.clockOffsetMs ?? 0)),
  }
}

function endedAt(candles: Candles, range: CandleLength, exchangeNow: number): number | null {
  const last = candles.at(-1)
  if (last === undefined) return null
  const end = last.openedAt + candleLengthMs(range)
  return exchangeNow > end + LATE_MS ? end : null
}

/** The last result for each list: a frame is drawn more often than a candle changes. */
const memo = new WeakMap<Candles, { range: CandleLength; shorter: Candles; result: Candles }>()

function joined(range: CandleLength, known: Candles, shorter: Candles): Candles {
  if (shorter.length === 0) return known
  const key = known.length === 0 ? shorter : known
  const last = memo.get(key)
  if (last?.range === range && last.shorter === shorter) return last.result
  const result = joinCandles(range, known, shorter)
  memo.set(key, { range, shorter, result })
  return result
}
