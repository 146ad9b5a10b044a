import { CANDLE_RANGES, type CandleRange, candleOpenedAt } from './candle-ranges.ts'

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

function merge(list: SimCandle[], openedAt: number, piece: SimCandle): void {
  const last = list.at(-1)
  // A clock that was set back must not open a candle in the past: the current one grows instead.
  if (last !== undefined && openedAt <= last.time) {
    last.high = Math.max(last.high, piece.high)
    last.low = Math.min(last.low, piece.low)
    last.close = piece.close
    last.volume += piece.volume
    return
  }
  const open = last?.close ?? piece.open
  list.push({
    ...piece,
    time: openedAt,
    open,
    high: Math.max(open, piece.high),
    low: Math.min(open, piece.low),
  })
  if (list.length > KEPT) list.shift()
}

/** Candles of all ranges, kept as prices come in. Pieces must be added oldest first. */
export function openCandleBooks(): CandleBooks {
  const books = new Map<CandleRange, SimCandle[]>(CANDLE_RANGES.map(range => [range, []]))
  let past: (() => void) | null = null

  function bookOf(range: CandleRange): SimCandle[] {
    const addPast = past
    past = null
    addPast?.()
    return books.get(range) ?? []
  }

  return {
    of: bookOf,
    current: range => bookOf(range).at(-1) ?? null,
    add(piece, into = CANDLE_RANGES) {
      for (const range of into) merge(bookOf(range), candleOpenedAt(range, piece.time), piece)
    },
    begin(addPast) {
      past = addPast
    },
  }
}
