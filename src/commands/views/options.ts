import { decimal } from '../../config/parsers.ts'
import { flag, type OptionsOf, option, optionalChoiceArgument, textOption, withDefault } from '../options.ts'
import { FORMAT_OPTION, SCRIPT_OPTIONS } from '../output-options.ts'
import { SNAPSHOT_TIMEOUT_OPTION, SOURCE_OPTIONS } from '../source-options.ts'

export const SNAPSHOT_OPTIONS = {
  json: flag('--json', 'print the snapshot document (default when stdout is not a terminal)'),
  ...FORMAT_OPTION,
  fields: textOption('--fields <list>', 'only these fields of the JSON document: a,b.c'),
  ...SNAPSHOT_TIMEOUT_OPTION,
  ...SOURCE_OPTIONS,
}

export type SnapshotOptions = OptionsOf<typeof SNAPSHOT_OPTIONS>

export const LINE_OPTIONS = { ...SNAPSHOT_TIMEOUT_OPTION, ...SOURCE_OPTIONS }

export type LineOptions = OptionsOf<typeof LINE_OPTIONS>

/** Of `positions`, `orders`, `account` and `market`. */
export const VIEW_OPTIONS = { ...SCRIPT_OPTIONS, ...SNAPSHOT_TIMEOUT_OPTION, ...SOURCE_OPTIONS }

export type ViewOptions = OptionsOf<typeof VIEW_OPTIONS>

export const CHECK_OPTIONS = {
  liquidationPercent: withDefault(
    option(
      '--liq <percent>',
      'minimum distance of every position to liquidation (default 5)',
      decimal(0, 100),
    ),
    5,
  ),
  maxAgeSeconds: withDefault(
    option('--max-age <seconds>', 'maximum age of the data (default 30)', decimal(0, 86_400)),
    30,
  ),
  minEquitySats: option(
    '--min-equity <sats>',
    'minimum equity (default: not checked)',
    decimal(0, 2_100_000_000_000_000),
  ),
  json: flag('--json', 'print the result as JSON'),
  nagios: flag('--nagios', 'print one line and exit 0, 2 or 3, as Nagios and Icinga expect'),
  ...SNAPSHOT_TIMEOUT_OPTION,
  ...SOURCE_OPTIONS,
}

export type CheckOptions = OptionsOf<typeof CHECK_OPTIONS>

const SCHEMA_NAMES = [
  'snapshot',
  'notice',
  'event',
  'whatif',
  'size',
  'report',
  'audit',
  'story',
  'history',
  'funding',
  'deposits',
  'withdrawals',
  'swaps',
  'history-summary',
  'history-rows',
  'candles',
] as const

export type SchemaName = (typeof SCHEMA_NAMES)[number]

export const SCHEMA_ARGUMENTS = {
  name: optionalChoiceArgument(
    '[name]',
    'snapshot (default), notice, event, whatif, size, a command of the history, or of a relay: history-summary, history-rows, candles',
    SCHEMA_NAMES,
    'snapshot',
  ),
}

export type SchemaOptions = OptionsOf<typeof SCHEMA_ARGUMENTS>
