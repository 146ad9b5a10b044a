import { decimal, type Parser } from '../../config/parsers.ts'
import { parseSetting } from '../../config/raw-setting.ts'
import { CHANNEL_TYPES } from '../../domain/alerts/channel.ts'
import {
  CHANNEL_NAME,
  CHAT_ID,
  isChannelName,
  isChatId,
  isMailAddress,
  isMailHost,
  isMailUser,
  isNostrRecipient,
  isNostrRelay,
  MAIL_ADDRESS,
  MAIL_HOST,
  MAIL_SECURITY,
  MAIL_USER,
  MAX_NOSTR_RELAYS,
  NOSTR_RECIPIENT,
  NOSTR_RELAY,
} from '../../domain/alerts/channel-fields.ts'
import {
  type ArgumentDefinition,
  argument,
  choice,
  flag,
  type OptionsOf,
  option,
  optionalArgument,
  restArgument,
  textOption,
} from '../options.ts'
import { JSON_OPTION } from '../output-options.ts'
import { PROXY_OPTION } from '../proxies.ts'
import { PASSPHRASE_OPTION } from '../source-options.ts'

/** Accepts a text that is valid. */
function checked(isValid: (text: string) => boolean, expected: string): Parser<string> {
  return text => (isValid(text) ? { ok: true, value: text } : { ok: false, expected })
}

const PROFILE_OPTION = {
  profile: textOption('--profile <name>', 'profile whose alerts are meant (default: the current one)'),
}

export const STDIN_OPTION = {
  secretStdin: flag('--secret-stdin', 'read the secret from stdin instead of a prompt, one line each'),
}

export const NO_TEST_OPTION = {
  noTest: flag('--no-test', 'store it without sending a test'),
}

const name: ArgumentDefinition<string | null> = {
  ...optionalArgument('[name]', 'name of the channel (default: its type)'),
  read: (text, command) =>
    text === null
      ? null
      : parseSetting({ text, origin: 'flag', place: command }, checked(isChannelName, CHANNEL_NAME)),
}

export const CHANNEL_ADD_ARGUMENTS = {
  // Checked by the command, after its flags.
  type: { ...argument('<type>', 'type of the channel'), values: CHANNEL_TYPES },
  name,
  program: restArgument('[program...]', 'program and arguments of a command channel, after --'),
}

function parseRelays(text: string) {
  const value = text.split(',').map(each => each.trim())
  if (value.length <= MAX_NOSTR_RELAYS && value.every(isNostrRelay)) return { ok: true, value } as const
  return { ok: false, expected: `a list of up to ${MAX_NOSTR_RELAYS} relays, each ${NOSTR_RELAY}` } as const
}

/** The flags that set the fields of some types. */
export const CHANNEL_FIELD_OPTIONS = {
  chatId: option('--chat-id <id>', 'telegram: the chat to write to', checked(isChatId, CHAT_ID)),
  host: option('--host <name>', 'smtp: the mail server', checked(isMailHost, MAIL_HOST)),
  port: option(
    '--port <number>',
    'smtp: its port (default 465 for tls, 587 for starttls)',
    decimal(1, 65_535, true),
  ),
  security: choice(
    '--security <name>',
    'smtp: tls (default), starttls, or none on this machine',
    MAIL_SECURITY,
  ),
  user: option('--user <name>', 'smtp: user name, if the server needs one', checked(isMailUser, MAIL_USER)),
  from: option('--from <address>', 'smtp: sender', checked(isMailAddress, MAIL_ADDRESS)),
  to: option('--to <address>', 'smtp: recipient', checked(isMailAddress, MAIL_ADDRESS)),
  recipient: option(
    '--recipient <key>',
    'nostr: public key of the recipient',
    checked(isNostrRecipient, NOSTR_RECIPIENT),
  ),
  relays: option('--relay-url <list>', 'nostr: relays, separated by commas', parseRelays),
  variant: choice('--variant <number>', 'osc: sequence of the terminal, 9 (default), 777 or 99', [
    '9',
    '777',
    '99',
  ]),
}

export const CHANNEL_ADD_OPTIONS = {
  ...CHANNEL_FIELD_OPTIONS,
  ...STDIN_OPTION,
  ...NO_TEST_OPTION,
  ...PROFILE_OPTION,
  ...PROXY_OPTION,
  ...PASSPHRASE_OPTION,
}

export type ChannelAddOptions = OptionsOf<typeof CHANNEL_ADD_OPTIONS> &
  OptionsOf<typeof CHANNEL_ADD_ARGUMENTS>

export const CHANNEL_LIST_OPTIONS = { ...JSON_OPTION, ...PROFILE_OPTION, ...PASSPHRASE_OPTION }

export type ChannelListOptions = OptionsOf<typeof CHANNEL_LIST_OPTIONS>

export const CHANNEL_ARGUMENT = { name: argument('<name>', 'channel, as in axisor alerts channel list') }

export const CHANNEL_REMOVE_OPTIONS = { ...PROFILE_OPTION, ...PASSPHRASE_OPTION }

export type ChannelRemoveOptions = OptionsOf<typeof CHANNEL_REMOVE_OPTIONS> &
  OptionsOf<typeof CHANNEL_ARGUMENT>

export const HEARTBEAT_SET_OPTIONS = {
  ...STDIN_OPTION,
  ...NO_TEST_OPTION,
  ...PROFILE_OPTION,
  ...PROXY_OPTION,
  ...PASSPHRASE_OPTION,
}

export type HeartbeatSetOptions = OptionsOf<typeof HEARTBEAT_SET_OPTIONS>

export const HEARTBEAT_SHOW_OPTIONS = { ...JSON_OPTION, ...PROFILE_OPTION, ...PASSPHRASE_OPTION }

export type HeartbeatShowOptions = OptionsOf<typeof HEARTBEAT_SHOW_OPTIONS>

export const TEST_ARGUMENT = {
  name: optionalArgument('[name]', 'test only this channel'),
}

export const TEST_OPTIONS = { ...JSON_OPTION, ...PROFILE_OPTION, ...PROXY_OPTION, ...PASSPHRASE_OPTION }

export type AlertsTestOptions = OptionsOf<typeof TEST_OPTIONS> & OptionsOf<typeof TEST_ARGUMENT>

export const RULES_CHECK_OPTIONS = { ...JSON_OPTION, ...PROFILE_OPTION }

export type RulesCheckOptions = OptionsOf<typeof RULES_CHECK_OPTIONS>
