/** The 15 candle ranges, as the exchange names them. */
export const CANDLE_RANGES = [
  '1m',
  '3m',
  '5m',
  '10m',
  '15m',
  '30m',
  '45m',
  '1h',
  '2h',
  '3h',
  '4h',
  '1d',
  '1w',
  '1month',
  '3months',
] as const

/** The name of a candle range. */
export type CandleRange = (typeof CANDLE_RANGES)[number]

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const LENGTH_MS: Record<Exclude<CandleRange, '1month' | '3months'>, number> = {
  '1m': MINUTE,
  '3m': 3 * MINUTE,
  '5m': 5 * MINUTE,
  '10m': 10 * MINUTE,
  '15m': 15 * MINUTE,
  '30m': 30 * MINUTE,
  '45m': 45 * MINUTE,
  '1h': HOUR,
  '2h': 2 * HOUR,
  '3h': 3 * HOUR,
  '4h': 4 * HOUR,
  '1d': DAY,
  '1w': 7 * DAY,
}

/** The epoch was a Thursday; weeks begin on Monday. */
const FIRST_MONDAY = 4 * DAY

/** Returns the opening time, UTC, of the candle that contains `at`. */
export function candleOpenedAt(range: CandleRange, at: number): number {
  if (range === '1month' || range === '3months') {
    const date = new Date(at)
    const month = date.getUTCMonth()
    return Date.UTC(date.getUTCFullYear(), range === '1month' ? month : month - (month % 3), 1)
  }
  const offset = range === '1w' ? FIRST_MONDAY : 0
  const length = LENGTH_MS[range]
  return Math.floor((at - offset) / length) * length + offset
}

/** Returns the time, UTC, at which the candle opened at `openedAt` closes. */
export function candleClosesAt(range: CandleRange, openedAt: number): number {
  if (range === '1month' || range === '3months') {
    const date = new Date(openedAt)
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + (range === '1month' ? 1 : 3), 1)
  }
  return openedAt + LENGTH_MS[range]
}
