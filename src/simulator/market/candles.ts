import { CANDLE_RANGES, type CandleRange, candleClosesAt, candleOpenedAt } from './candle-ranges.ts'

/** `time` is when it opened, in ms; prices in USD. */
export interface SimCandle {
  readonly time: number
  open: number
  high: number
  low: number
  close: number
  /** USD. */
  volume: number
}

/** How many candles of one range are kept; the oldest are forgotten. */
const KEPT = 12_000

/** The candles of all ranges. */
export interface CandleBooks {
  /** Oldest first; the last one still grows. */
  of(range: CandleRange): readonly SimCandle[]
  current(range: CandleRange): SimCandle | null
  /** Notes a price, or a whole finer candle, in every range at least as long as `finest`. */
  add(candle: SimCandle, into?: readonly CandleRange[]): void
  /** Has the past added just before the books are first looked at or written in: a dashboard is there before anybody asks for candles. */
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
