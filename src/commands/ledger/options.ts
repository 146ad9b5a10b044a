import { argument, choice, flag, type OptionsOf, option, textOption, withDefault } from '../options.ts'
import { JSON_OPTION, SCRIPT_OPTIONS } from '../output-options.ts'
import { RANGE_OPTIONS, ROWS_LIMIT_OPTION } from '../range-options.ts'
import { REQUEST_TIMEOUT_OPTION, SOURCE_OPTIONS } from '../source-options.ts'
import { zoneName } from '../time-range.ts'

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

/** Of `history`, `funding`, `deposits`, `withdrawals` and `swaps`. */
export const LISTING_OPTIONS = {
  ...RANGE_OPTIONS,
  ...ROWS_LIMIT_OPTION,
  ...SCRIPT_OPTIONS,
  ...REQUEST_TIMEOUT_OPTION,
  ...SOURCE_OPTIONS,
}

export type ListingOptions = OptionsOf<typeof LISTING_OPTIONS>

export const STORY_OPTIONS = { ...JSON_OPTION, ...REQUEST_TIMEOUT_OPTION, ...SOURCE_OPTIONS }

export const STORY_ARGUMENTS = {
  id: argument('<id>', 'cross, or at least four characters of the id of a trade or cross fill'),
}

export type StoryOptions = OptionsOf<typeof STORY_OPTIONS> & OptionsOf<typeof STORY_ARGUMENTS>

export const LEDGER_EXPORT_OPTIONS = {
  account: textOption('--account <id>', 'account id, if more than one ledger is stored'),
}

export type LedgerExportOptions = OptionsOf<typeof LEDGER_EXPORT_OPTIONS>

export const LEDGER_IMPORT_ARGUMENTS = { file: argument('<file>', 'a file of axisor ledger export') }

export type LedgerImportOptions = OptionsOf<typeof LEDGER_IMPORT_ARGUMENTS>

export const LEDGER_PATH_OPTIONS = { json: flag('--json', 'print the files as JSON') }

export type LedgerPathOptions = OptionsOf<typeof LEDGER_PATH_OPTIONS>
