import { type CandleLength, candleLengthMs, candleOpening } from '../../domain/candle-range.ts'
import type { Candle } from '../../domain/market.ts'
import { joinPages } from './page.ts'
import type { PageQuery } from './routes.ts'

/** More than the columns of a wide terminal. */
const CANDLES = 500
const MAX_ROWS = 1_000
/** The exchange is from 2020; it need not be asked for earlier candles. */
const FIRST_AT = Date.UTC(2020, 0, 1)

/** The candles of a chart, oldest first, and how many rows of the reply can't be read. */
export interface ChartCandles {
  readonly candles: readonly Candle[]
  readonly unreadableRows: number
}

/** The query for the candles of a chart at a time of the exchange's clock. Equal during one candle, so that accounts can share a reply. */
export function chartQuery(range: CandleLength, exchangeNowMs: number): PageQuery {
  const from = candleOpening(range, exchangeNowMs) - CANDLES * candleLengthMs(range)
  return { from: Math.max(from, FIRST_AT), limit: MAX_ROWS, range }
}

/** Sorts the candles of a reply. A candle that is listed twice counts once. */
export function chartCandlesOf({
  items,
  unreadableRows,
}: {
  readonly items: readonly Candle[]
  readonly unreadableRows: number
}): ChartCandles {
  const rows = joinPages([{ items }], { keyOf: ({ openedAt }: Candle) => String(openedAt) })
  const candles = rows.toSorted((a, b) => a.openedAt - b.openedAt).slice(-CANDLES)
  return { candles, unreadableRows }
}
