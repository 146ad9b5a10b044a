import { CANDLE_RANGES, type CandleRange, candleClosesAt, candleOpenedAt } from '../protocol/candle-ranges.ts'

/** A candle. `time` is its opening time in ms; prices are in USD. */
export interface SimCandle {
  readonly time: number
  open: number
  high: number
  low: number
  close: number
  /** USD. */
  volume: number
}

/** Candles kept per range; the oldest are dropped. */
const MAX_CANDLES = 12_000

/** The candles of all ranges. */
export interface CandleStore {
  /** Oldest first; the last one is still open. */
  of(range: CandleRange): readonly SimCandle[]
  current(range: CandleRange): SimCandle | null
  /** Merges a price, or a candle of a finer range, into the given ranges (all by default). */
  add(candle: SimCandle, into?: readonly CandleRange[]): void
  /** Defers adding the history to the first read or write, because most clients never request candles. */
  setHistory(addHistory: () => void): void
}

/** The candles of one range, oldest first. */
class CandleSeries {
  readonly candles: SimCandle[] = []
  private readonly range: CandleRange
  private current: SimCandle | null = null
  private closesAt = Number.NEGATIVE_INFINITY

  constructor(range: CandleRange) {
    this.range = range
  }

  /** Merges into the current candle, also if the clock was set back, or opens the next one. */
  merge(candle: SimCandle): void {
    if (this.current !== null && candle.time < this.closesAt) grow(this.current, candle)
    else this.open(candle)
  }

  private open(candle: SimCandle): void {
    const time = candleOpenedAt(this.range, candle.time)
    const open = this.current?.close ?? candle.open
    const { close, volume } = candle
    const high = Math.max(open, candle.high)
    const low = Math.min(open, candle.low)
    this.current = { time, open, high, low, close, volume }
    this.closesAt = candleClosesAt(this.range, time)
    this.candles.push(this.current)
    if (this.candles.length > MAX_CANDLES) this.candles.shift()
  }
}

function grow(current: SimCandle, added: SimCandle): void {
  current.high = Math.max(current.high, added.high)
  current.low = Math.min(current.low, added.low)
  current.close = added.close
  current.volume += added.volume
}

/** Opens an empty store. Candles must be added oldest first. */
export function openCandleStore(): CandleStore {
  const series = new Map<CandleRange, CandleSeries>(
    CANDLE_RANGES.map(range => [range, new CandleSeries(range)]),
  )
  let pendingHistory: (() => void) | null = null

  function loadedSeries(): typeof series {
    const addHistory = pendingHistory
    pendingHistory = null
    addHistory?.()
    return series
  }
  const of = (range: CandleRange): readonly SimCandle[] => loadedSeries().get(range)?.candles ?? []

  return {
    of,
    current: range => of(range).at(-1) ?? null,
    add(candle, into = CANDLE_RANGES) {
      const all = loadedSeries()
      for (const range of into) all.get(range)?.merge(candle)
    },
    setHistory(addHistory) {
      pendingHistory = addHistory
    },
  }
}
