import { decimal, duration } from '../../config/parsers.ts'
import {
  argument,
  type OptionsOf,
  option,
  optionalArgument,
  parsedArgument,
  withDefault,
} from '../options.ts'
import { JSON_OPTION } from '../output-options.ts'
import { RELAY_USER_OPTION, SOURCE_OPTIONS } from '../source-options.ts'

const MAX_ROWS = 10_000
const MAX_PORT = 65_535

/** The account whose alerts are meant. */
const ACCOUNT_OPTIONS = {
  profile: SOURCE_OPTIONS.profile,
  relayUrl: SOURCE_OPTIONS.relayUrl,
  ...RELAY_USER_OPTION,
}

export const RUN_OPTIONS = {
  statusPort: option(
    '--status-port <port>',
    'serve /healthz and /metrics on 127.0.0.1 at this port',
    decimal(1, MAX_PORT, true),
  ),
  ...SOURCE_OPTIONS,
}

export type RunOptions = OptionsOf<typeof RUN_OPTIONS>

export const ALERT_LIST_OPTIONS = { ...JSON_OPTION, ...ACCOUNT_OPTIONS }

export type ListOptions = OptionsOf<typeof ALERT_LIST_OPTIONS>

export const ACK_OPTIONS = ACCOUNT_OPTIONS
export const ACK_ARGUMENTS = { id: argument('<id>', 'the id that axisor alerts list prints, or all') }

export type AckOptions = OptionsOf<typeof ACK_OPTIONS> & OptionsOf<typeof ACK_ARGUMENTS>

export const LIMIT_OPTION = {
  limit: withDefault(
    option('--limit <count>', 'number of attempts (default 50)', decimal(1, MAX_ROWS, true)),
    50,
  ),
}

export const LOG_OPTIONS = {
  ...LIMIT_OPTION,
  ...JSON_OPTION,
  ...ACCOUNT_OPTIONS,
}

export type AlertLogOptions = OptionsOf<typeof LOG_OPTIONS>

const MAX_SNOOZE_MS = 7 * 86_400_000

export const SNOOZE_OPTIONS = ACCOUNT_OPTIONS
export const SNOOZE_ARGUMENTS = {
  duration: parsedArgument(
    '<duration>',
    'such as 30m or 1h, at most 7d; 0s ends the snooze',
    duration(0, MAX_SNOOZE_MS),
  ),
  rule: optionalArgument('[rule]', 'name of one rule (default: all rules)'),
}

export type SnoozeOptions = OptionsOf<typeof SNOOZE_OPTIONS> & OptionsOf<typeof SNOOZE_ARGUMENTS>
