import {
  CHANNEL_TYPES,
  type ChannelConfig,
  type ChannelSettings,
  type ChannelType,
} from '../../domain/alerts/channel.ts'
import {
  CHANNEL_NAME,
  isChannelName,
  isProgram,
  mayMailPlain,
  PROGRAM,
} from '../../domain/alerts/channel-fields.ts'
import { closestMatches } from '../../domain/closest-match.ts'
import { AxisorError } from '../../domain/error.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { mailSettings } from '../../wire/alerts/channel-settings.ts'
import { longName } from '../options.ts'
import { CHANNEL_FIELD_OPTIONS, type ChannelAddOptions } from './setup-options.ts'

type Field = keyof typeof CHANNEL_FIELD_OPTIONS

/** The flags that each type has. */
const FIELDS: Readonly<Partial<Record<ChannelType, readonly Field[]>>> = {
  osc: ['variant'],
  telegram: ['chatId'],
  smtp: ['host', 'port', 'security', 'user', 'from', 'to'],
  nostr: ['recipient', 'relays'],
}

const ALL_FIELDS = Object.keys(CHANNEL_FIELD_OPTIONS) as Field[]

/** The command line that describes a channel. */
type ChannelFlags = Pick<ChannelAddOptions, Field | 'type' | 'name' | 'program'>

/** Returns the channel that the command line describes. @throws AxisorError usage, naming the flag that is missing, wrong or superfluous */
export function channelOf(options: ChannelFlags): ChannelConfig {
  const type = typeOf(options.type)
  const given = ALL_FIELDS.find(field => options[field] !== null && FIELDS[type]?.includes(field) !== true)
  if (given !== undefined)
    throw usage(`${flagOf(given)} does not apply to ${type}`, 'Leave it out, or choose another type.')
  if (options.program.length > 0 && type !== 'command')
    throw usage(`a program does not apply to ${type}`, 'Leave it out, or add a channel of the type command.')
  const name = options.name ?? type
  if (!isChannelName(name)) throw usage(`${name}: not ${CHANNEL_NAME}`, 'Choose another name.')
  return { name, settings: settingsOf(type, options) }
}

function usage(message: string, hint: string): AxisorError {
  return new AxisorError('usage', `alerts channel add: ${message}`, { hint })
}

function flagOf(field: Field): string {
  return longName(CHANNEL_FIELD_OPTIONS[field])
}

function typeOf(text: string): ChannelType {
  const type = CHANNEL_TYPES.find(each => each === text)
  if (type !== undefined) return type
  const near = closestMatches(text, CHANNEL_TYPES)
  const shown = sanitize(text, { asciiOnly: true, maxLength: 40 })
  throw usage(
    `unknown type ${shown}`,
    near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Known types: ${CHANNEL_TYPES.join(', ')}.`,
  )
}

/** Returns the value of a flag that the type needs. */
function required<T>(value: T | null, type: ChannelType, field: Field): T {
  if (value !== null) return value
  throw usage(`${type} needs ${flagOf(field)}`, `${CHANNEL_FIELD_OPTIONS[field].description}.`)
}

function settingsOf(type: ChannelType, options: ChannelFlags): ChannelSettings {
  switch (type) {
    case 'osc':
      return { type, variant: options.variant === '777' ? 777 : options.variant === '99' ? 99 : 9 }
    case 'telegram':
      return { type, chatId: required(options.chatId, type, 'chatId') }
    case 'smtp':
      return mailOf(options)
    case 'nostr':
      return {
        type,
        relays: required(options.relays, type, 'relays'),
        recipient: required(options.recipient, type, 'recipient'),
      }
    case 'command':
      if (isProgram(options.program)) return { type, argv: options.program }
      throw usage(
        `command needs ${PROGRAM}`,
        'For example: axisor alerts channel add command -- notify-me --loud',
      )
    default:
      return { type }
  }
}

function mailOf(options: ChannelFlags): ChannelSettings {
  const { port, security, user } = options
  const host = required(options.host, 'smtp', 'host')
  if (security === 'none' && !mayMailPlain(host))
    throw usage('--security none is for a mail server on this machine only', 'Use tls or starttls.')
  const from = required(options.from, 'smtp', 'from')
  const to = required(options.to, 'smtp', 'to')
  return mailSettings({ host, port, security, user, from, to })
}
