import { decimal, duration } from '../config/parsers.ts'
import { option } from './options.ts'
import { givenTime } from './time-range.ts'

const DAY_MS = 86_400_000

/** Which part of the history. */
export const RANGE_OPTIONS = {
  lookbackMs: option(
    '--since <duration>',
    'how far back, for example 24h or 90d',
    duration(1_000, 5_000 * DAY_MS),
  ),
  from: option('--from <time>', 'from this date or time on: 2026-11-01 or 2026-11-01T08:00Z', givenTime),
  to: option('--to <time>', 'up to this time, or to the end of this date', givenTime),
}

/** How many rows. */
export const ROWS_LIMIT_OPTION = {
  limit: option(
    '--limit <number>',
    'only so many of the newest rows; sums are about all',
    decimal(1, 1_000_000, true),
  ),
}
