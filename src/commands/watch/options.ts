import { flag, type OptionsOf, repeatedOption, textOption } from '../options.ts'
import {
  LANGUAGE_OPTIONS,
  MOUSE_OPTION,
  SCENARIO_OPTION,
  SOURCE_OPTIONS,
  THEME_OPTION,
} from '../source-options.ts'

const LOW_BANDWIDTH = flag('--low-bandwidth', 'write less: a frame each second, no counting clock')

export const DEMO_OPTIONS = {
  ...SCENARIO_OPTION,
  ...THEME_OPTION,
  ...MOUSE_OPTION,
  ...LANGUAGE_OPTIONS,
  lowBandwidth: LOW_BANDWIDTH,
}

export type DemoOptions = OptionsOf<typeof DEMO_OPTIONS>

export const WATCH_OPTIONS = {
  plain: flag('--plain', 'print sentences instead of the dashboard'),
  json: flag('--json', 'print one snapshot document per line'),
  events: flag('--events', 'with --json: also print alerts, account events and gaps; each line has a type'),
  interval: textOption('--interval <duration>', 'minimum time between two documents (default 1s)'),
  lowBandwidth: LOW_BANDWIDTH,
  ...THEME_OPTION,
  ...MOUSE_OPTION,
  ...LANGUAGE_OPTIONS,
  ...SOURCE_OPTIONS,
  profile: repeatedOption(
    '--profile <name>',
    'use the key of this profile (default: the current one); repeat it for several accounts',
  ),
  relayUser: repeatedOption(
    '--user <name>',
    'read the account of this user of the relay (default: the user of the token); repeat it for several; others need a token with the scope read-all',
  ),
}

export type WatchOptions = OptionsOf<typeof WATCH_OPTIONS>
