import { CANDLE_RANGES, type CandleRange, candleClosesAt, candleOpenedAt } from './candle-ranges.ts'

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
const KEPT = 12_000

/** The candles of all ranges. */
export interface CandleBooks {
  /** Oldest first; the last one is still open. */
  of(range: CandleRange): readonly SimCandle[]
  current(range: CandleRange): SimCandle | null
  /** Merges a price, or a candle of a finer range, into the given ranges (all by default). */
  add(candle: SimCandle, into?: readonly CandleRange[]): void
  /** Defers adding the history to the first read or write, because most clients never request candles. */
  begin(addPast: () => void): void
}

/** The candles of one range. */
class Book {
  readonly candles: SimCandle[] = []
  private readonly range: CandleRange
  private current: SimCandle | null = null
  private closesAt = Number.NEGATIVE_INFINITY

  constructor(range: CandleRange) {
    this.range = range
  }

  /** A clock that was set back must not open a candle in the past: the current one grows instead. */
  merge(piece: SimCandle): void {
    if (this.current !== null && piece.time < this.closesAt) grow(this.current, piece)
    else this.open(piece)
  }

  private open(piece: SimCandle): void {
    const time = candleOpenedAt(this.range, piece.time)
    const open = this.current?.close ?? piece.open
    const { close, volume } = piece
    const high = Math.max(open, piece.high)
    const low = Math.min(open, piece.low)
    this.current = { time, open, high, low, close, volume }
    this.closesAt = candleClosesAt(this.range, time)
    this.candles.push(this.current)
    if (this.candles.length > KEPT) this.candles.shift()
  }
}

function grow(candle: SimCandle, piece: SimCandle): void {
  candle.high = Math.max(candle.high, piece.high)
  candle.low = Math.min(candle.low, piece.low)
  candle.close = piece.close
  candle.volume += piece.volume
}

/** Candles of all ranges, kept as prices come in. Pieces must be added oldest first. */
export function openCandleBooks(): CandleBooks {
  const books = new Map<CandleRange, Book>(CANDLE_RANGES.map(range => [range, new Book(range)]))
  let past: (() => void) | null = null

  function withPast(): typeof books {
    const addPast = past
    past = null
    addPast?.()
    return books
  }
  const of = (range: CandleRange): readonly SimCandle[] => withPast().get(range)?.candles ?? []

  return {
    of,
    current: range => of(range).at(-1) ?? null,
    add(piece, into = CANDLE_RANGES) {
      const all = withPast()
      for (const range of into) all.get(range)?.merge(piece)
    },
    begin(addPast) {
      past = addPast
    },
  }
}
