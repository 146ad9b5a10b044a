import { CHANNEL_TYPES, type ChannelSettings, type ChannelType } from '../../domain/alerts/channel.ts'
import {
  CHAT_ID,
  isChatId,
  isMailAddress,
  isMailHost,
  isMailUser,
  isNostrRecipient,
  isNostrRelay,
  isProgram,
  MAIL_ADDRESS,
  MAIL_HOST,
  MAIL_SECURITY,
  MAIL_USER,
  MAX_NOSTR_RELAYS,
  mayMailPlain,
  NOSTR_RECIPIENT,
  NOSTR_RELAY,
  OSC_VARIANTS,
  PROGRAM,
} from '../../domain/alerts/channel-fields.ts'
import { closestMatches } from '../../domain/closest-match.ts'
import { describeNode, FieldReader, quoteText } from './field-reader.ts'
import type { JsonNode } from './jsonc.ts'
import type { Mistakes } from './mistakes.ts'
import { SECRET_REMEDY } from './secret-text.ts'
import { readType } from './typed-object.ts'

/** The fields of each type beside `type`. */
const FIELDS: Readonly<Record<ChannelType, readonly string[]>> = {
  bell: [],
  osc: ['variant'],
  desktop: [],
  webhook: [],
  ntfy: [],
  telegram: ['chatId'],
  discord: [],
  slack: [],
  pushover: [],
  smtp: ['host', 'port', 'security', 'user', 'from', 'to'],
  nostr: ['relays', 'recipient'],
  command: ['argv'],
}

/** Names under which a user may have written a secret. */
const SECRET_FIELD = /url|token|secret|password|passphrase|key|topic/i

/** Reads the settings of a channel. Null if they have a mistake, which is reported. */
export function readChannelSettings(node: JsonNode, mistakes: Mistakes): ChannelSettings | null {
  const type = readType(node, CHANNEL, mistakes)
  if (node.kind !== 'object' || type === null) return null
  const known = ['type', ...FIELDS[type]]
  for (const { key, at } of node.members)
    if (!known.includes(key) && SECRET_FIELD.test(key))
      mistakes.add(at, `field ${quoteText(key)} of channel ${type} is not allowed; ${SECRET_REMEDY}`)
  const reader = FieldReader.open(node, { what: `channel ${type}`, known }, mistakes)
  return reader === null ? null : readFields(reader, type)
}

const CHANNEL = {
  what: 'a channel',
  field: 'type',
  types: CHANNEL_TYPES,
  example: '{ "type": "ntfy" }',
  unknownType,
}

function unknownType(value: JsonNode): string {
  const near = value.kind === 'text' ? closestMatches(value.value, CHANNEL_TYPES) : []
  const remedy =
    near.length > 0 ? `did you mean ${near.join(' or ')}?` : `allowed: ${CHANNEL_TYPES.join(', ')}`
  return `unknown type ${describeNode(value)} of a channel; ${remedy}`
}

function readFields(reader: FieldReader, type: ChannelType): ChannelSettings | null {
  switch (type) {
    case 'osc': {
      const variant = required(reader, 'variant', variantOf, OSC_VARIANTS.join(', '))
      return variant && { type, variant }
    }
    case 'telegram': {
      const chatId = requiredText(reader, 'chatId', isChatId, CHAT_ID)
      return chatId === null ? null : { type, chatId }
    }
    case 'smtp':
      return readMail(reader)
    case 'nostr': {
      const allowed = `a list of 1 to ${MAX_NOSTR_RELAYS} addresses: ${NOSTR_RELAY}`
      const relays = required(reader, 'relays', relaysOf, allowed)
      const recipient = requiredText(reader, 'recipient', isNostrRecipient, NOSTR_RECIPIENT)
      return relays === null || recipient === null ? null : { type, relays, recipient }
    }
    case 'command': {
      const argv = required(reader, 'argv', argvOf, `a list of texts: ${PROGRAM}`)
      return argv && { type, argv }
    }
    default:
      return { type }
  }
}

function readMail(reader: FieldReader): ChannelSettings | null {
  const host = requiredText(reader, 'host', isMailHost, MAIL_HOST)
  const security = reader.choice('security', MAIL_SECURITY)
  const port = reader.read('port', portOf, 'a number from 1 to 65535')
  const user = reader.text('user', text => (isMailUser(text) ? text : null), MAIL_USER)
  const from = requiredText(reader, 'from', isMailAddress, MAIL_ADDRESS)
  const to = requiredText(reader, 'to', isMailAddress, MAIL_ADDRESS)
  if (security === 'none' && host !== null && !mayMailPlain(host)) {
    reader.report(
      'security',
      'security is "none"; allowed: "tls" or "starttls", except for a mail server on this machine',
    )
    return null
  }
  if (host === null || from === null || to === null) return null
  return mailSettings({ host, security, port, user, from, to })
}

type MailSettings = Extract<ChannelSettings, { readonly type: 'smtp' }>

/** Settings of a mail server; null for the usual ones. */
type MailFields = Pick<MailSettings, 'host' | 'user' | 'from' | 'to'> & {
  readonly security: MailSettings['security'] | null
  readonly port: number | null
}

/** Returns the settings of a mail server: encrypted from the start, at the usual port. */
export function mailSettings({ security, port, ...rest }: MailFields): MailSettings {
  const encryption = security ?? (port === 587 || port === 25 ? 'starttls' : 'tls')
  const usual = { tls: 465, starttls: 587, none: 25 } as const
  return { type: 'smtp', ...rest, security: encryption, port: port ?? usual[encryption] }
}

function required<T>(
  reader: FieldReader,
  name: string,
  convert: (node: JsonNode) => T | null,
  allowed: string,
): T | null {
  if (reader.node(name) === null && !reader.hasUnknown)
    reader.report(name, `${name} is missing; add it: ${allowed}`)
  return reader.read(name, convert, allowed)
}

function requiredText(
  reader: FieldReader,
  name: string,
  isValid: (text: string) => boolean,
  allowed: string,
): string | null {
  const convert = (node: JsonNode): string | null =>
    node.kind === 'text' && isValid(node.value) ? node.value : null
  return required(reader, name, convert, allowed)
}

function variantOf(node: JsonNode): (typeof OSC_VARIANTS)[number] | null {
  return node.kind === 'number' ? (OSC_VARIANTS.find(each => each === node.value) ?? null) : null
}

function portOf(node: JsonNode): number | null {
  const isPort =
    node.kind === 'number' && Number.isInteger(node.value) && node.value >= 1 && node.value <= 65_535
  return isPort ? node.value : null
}

/** The texts of a list; null if it has another value. */
function textsOf(node: JsonNode): readonly string[] | null {
  if (node.kind !== 'list') return null
  const texts = node.items.flatMap(item => (item.kind === 'text' ? [item.value] : []))
  return texts.length === node.items.length ? texts : null
}

function relaysOf(node: JsonNode): readonly string[] | null {
  const relays = textsOf(node) ?? []
  return relays.length > 0 && relays.length <= MAX_NOSTR_RELAYS && relays.every(isNostrRelay) ? relays : null
}

function argvOf(node: JsonNode): readonly string[] | null {
  const argv = textsOf(node) ?? []
  return isProgram(argv) ? argv : null
}
