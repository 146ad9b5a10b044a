import { decimal } from '../config/parsers.ts'
import { LANGUAGES, NUMBER_FORMATS } from '../domain/languages.ts'
import { THEME_NAMES } from '../domain/theme.ts'
import { flag, givenOnce, option, switchOption, textOption } from './options.ts'
import { PROXY_OPTION } from './proxies.ts'

// The text of a flag that overrides a setting is converted by config/, together with the variable and the config file.

/** The exchange to connect to. */
export const EXCHANGE_OPTIONS = {
  network: textOption('--network <name>', 'mainnet (default) or signet', { values: ['mainnet', 'signet'] }),
  apiUrl: textOption('--api-url <url>', 'REST address of the exchange; http:// only on this machine'),
  streamUrl: textOption('--stream-url <url>', 'stream address of the exchange; ws:// only on this machine'),
}

const WRITE_KEY = ['--allow-write-key', 'accept an API key that is not read-only'] as const

/** Accepts a key that is not read-only. */
export const WRITE_KEY_OPTION = { allowWriteKey: flag(...WRITE_KEY) }

/** The same for a command that reads no other setting. */
export const WRITE_KEY_SWITCH = { allowWriteKey: switchOption(...WRITE_KEY, 'AXISOR_ALLOW_WRITE_KEY') }

/** Opens a vault without a prompt. */
export const PASSPHRASE_OPTION = {
  passphraseFd: option(
    '--passphrase-fd <number>',
    'read the vault passphrase from this file descriptor',
    decimal(0, 1_023, true),
  ),
}

/** The account on a relay. */
export const RELAY_USER_OPTION = {
  relayUser: givenOnce(
    textOption(
      '--user <name>',
      'read the account of this user of the relay (default: the user of the token); others need a token with the scope read-all',
    ),
  ),
}

/** Where the data comes from. */
export const SOURCE_OPTIONS = {
  profile: givenOnce(
    textOption('--profile <name>', 'use the key of this profile (default: the current one)'),
  ),
  demo: flag('--demo', 'use the embedded simulated exchange: no key, no network'),
  direct: flag('--direct', 'connect to LN Markets (default)'),
  relayUrl: textOption(
    '--relay <url>',
    'connect to an axisor relay; its token comes from login --relay or AXISOR_RELAY_TOKEN',
  ),
  ...RELAY_USER_OPTION,
  ...EXCHANGE_OPTIONS,
  ...PROXY_OPTION,
  ...WRITE_KEY_OPTION,
  ...PASSPHRASE_OPTION,
}

const TIMEOUT_FLAG = '--timeout <duration>'

/** For commands that print one snapshot. */
export const SNAPSHOT_TIMEOUT_OPTION = {
  timeout: textOption(TIMEOUT_FLAG, 'how long to wait for the first complete snapshot (default 10s)'),
}

/** For commands that send single requests. */
export const REQUEST_TIMEOUT_OPTION = {
  timeout: textOption(TIMEOUT_FLAG, 'how long to wait for each response (default 10s)'),
}

/** The scenarios of the simulated exchange: its module is too large to load for the definitions. */
const SCENARIO_NAMES = ['default', 'calm', 'crash', 'flat', 'many', 'squeeze']

/** The scenario of the simulated exchange. Its name is checked when the exchange is opened. */
export const SCENARIO_OPTION = {
  scenario: textOption(
    '--scenario <name>',
    `scenario of the simulated exchange: ${SCENARIO_NAMES.join(', ')}`,
    {
      values: SCENARIO_NAMES,
    },
  ),
}

/** Whether the dashboard reads the mouse. */
export const MOUSE_OPTION = {
  noMouse: flag('--no-mouse', 'leave the mouse to the terminal'),
}

/** The language of the dashboard. */
export const LANGUAGE_OPTIONS = {
  lang: textOption('--lang <name>', 'language of the dashboard: en, or pt-BR (Brazilian Portuguese)', {
    values: LANGUAGES,
  }),
  numberFormat: textOption(
    '--number-format <name>',
    'numbers of the dashboard: en 1,234.56, or pt 1.234,56',
    {
      values: NUMBER_FORMATS,
    },
  ),
}

/** The colors of the dashboard. */
export const THEME_OPTION = {
  theme: textOption('--theme <name>', `colors of the dashboard: ${THEME_NAMES.join(', ')} (default auto)`, {
    values: THEME_NAMES,
  }),
}
