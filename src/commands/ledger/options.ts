import { decimal, duration } from '../../config/parsers.ts'
import { choice, flag, type OptionsOf, option, withDefault } from '../options.ts'
import { JSON_OPTION, SCRIPT_OPTIONS } from '../output-options.ts'
import { REQUEST_TIMEOUT_OPTION, SOURCE_OPTIONS } from '../source-options.ts'
import { givenTime, zoneName } from './time-range.ts'

const DAY_MS = 86_400_000

const LOOKBACK = option(
  '--since <duration>',
  'how far back, for example 24h or 90d',
  duration(1_000, 5_000 * DAY_MS),
)

/** Which part of the history. */
export const RANGE_OPTIONS = {
  lookbackMs: LOOKBACK,
  from: option('--from <time>', 'from this date or time on: 2026-11-01 or 2026-11-01T08:00Z', givenTime),
  to: option('--to <time>', 'up to this time, or to the end of this date', givenTime),
}

const ZONE = withDefault(
  option('--zone <name>', 'time zone of dates, for example Europe/Berlin (default UTC)', zoneName),
  'UTC',
)

export const AUDIT_OPTIONS = { ...JSON_OPTION, ...REQUEST_TIMEOUT_OPTION, ...SOURCE_OPTIONS }

export type AuditOptions = OptionsOf<typeof AUDIT_OPTIONS>

export const REPORT_OPTIONS = {
  by: withDefault(
    choice('--by <period>', 'day (default), week, month or year; weeks begin on Monday', [
      'day',
      'week',
      'month',
      'year',
    ]),
    'day',
  ),
  ...RANGE_OPTIONS,
  zone: ZONE,
  tax: choice('--tax <layout>', 'one CSV row per realized event: axisor, koinly or cointracking', [
    'axisor',
    'koinly',
    'cointracking',
  ]),
  ...SCRIPT_OPTIONS,
  ...REQUEST_TIMEOUT_OPTION,
  ...SOURCE_OPTIONS,
}

export type ReportOptions = OptionsOf<typeof REPORT_OPTIONS>

/** Of `deposits`, `withdrawals` and `swaps`. */
export const WALLET_OPTIONS = {
  ...RANGE_OPTIONS,
  limit: option('--limit <number>', 'only so many of the newest rows', decimal(1, 1_000_000, true)),
  ...SCRIPT_OPTIONS,
  ...REQUEST_TIMEOUT_OPTION,
  ...SOURCE_OPTIONS,
}

export type WalletOptions = OptionsOf<typeof WALLET_OPTIONS>

export const STORY_OPTIONS = { ...JSON_OPTION, ...REQUEST_TIMEOUT_OPTION, ...SOURCE_OPTIONS }

export const LEDGER_PATH_OPTIONS = { json: flag('--json', 'print the files as JSON') }

export type LedgerPathOptions = OptionsOf<typeof LEDGER_PATH_OPTIONS>
