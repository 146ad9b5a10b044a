import { choice, flag } from './options.ts'

/** The output formats of a snapshot. */
const FORMATS = ['json', 'csv', 'prom', 'line', 'text'] as const

export type Format = (typeof FORMATS)[number]

/** One JSON document in place of text. */
export const JSON_OPTION = { json: flag('--json', 'print JSON (default when stdout is not a terminal)') }

/** The formats of every view for scripts. */
export const SCRIPT_OPTIONS = {
  ...JSON_OPTION,
  csv: flag('--csv', 'print comma-separated values with a header'),
}

/** Any format. */
export const FORMAT_OPTION = {
  format: choice('--format <name>', 'json, csv, prom, line or text (default on a terminal)', FORMATS),
}
