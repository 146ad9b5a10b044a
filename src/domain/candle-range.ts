/** The lengths of candles as the exchange names them, shortest first. */
export const CANDLE_LENGTHS = [
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

/** The name of a length. */
export type CandleLength = (typeof CANDLE_LENGTHS)[number]

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const LENGTHS_MS: Readonly<Record<CandleLength, number>> = {
  '1m': MINUTE_MS,
  '3m': 3 * MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '10m': 10 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '30m': 30 * MINUTE_MS,
  '45m': 45 * MINUTE_MS,
  '1h': HOUR_MS,
  '2h': 2 * HOUR_MS,
  '3h': 3 * HOUR_MS,
  '4h': 4 * HOUR_MS,
  '1d': DAY_MS,
  '1w': 7 * DAY_MS,
  '1month': 31 * DAY_MS,
  '3months': 92 * DAY_MS,
}

const MONTHS: Readonly<Partial<Record<CandleLength, number>>> = { '1month': 1, '3months': 3 }

/** The epoch was a Thursday; weeks begin on Monday. */
const FIRST_MONDAY = 4 * DAY_MS

/** The length of a candle in ms; for months, the longest one. */
export function candleLengthMs(range: CandleLength): number {
  return LENGTHS_MS[range]
}

/** Candles from one opening time to another, both UTC in ms since 1970: 1 for neighbors. A time inside a candle counts as its opening. */
export function candlesBetween(range: CandleLength, from: number, to: number): number {
  const months = MONTHS[range]
  return months === undefined
    ? Math.floor((to - from) / LENGTHS_MS[range])
    : Math.floor(monthOf(to) / months) - Math.floor(monthOf(from) / months)
}

/** The opening time of the candle that contains `at`. With `anchor`, the opening time of any candle of a fixed length, candles open relative to it. */
export function candleOpening(range: CandleLength, at: number, anchor: number | null = null): number {
  const months = MONTHS[range]
  if (months !== undefined) return Date.UTC(1970, Math.floor(monthOf(at) / months) * months, 1)
  const first = anchor ?? (range === '1w' ? FIRST_MONDAY : 0)
  const length = LENGTHS_MS[range]
  return first + Math.floor((at - first) / length) * length
}

/** Months since January 1970, UTC. */
function monthOf(at: number): number {
  const date = new Date(at)
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth()
}
