import { isPrivateHost } from '../private-host.ts'
import { isOnionHost } from '../proxy.ts'
import { Secret } from '../secret.ts'
import type { ChannelSettings, ChannelType } from './channel.ts'
import { needsSecret } from './channel.ts'

const MAX_LINE = 2_048

const EXCHANGE_DOMAIN = 'lnmarkets.com'

/** What one line of a channel's secret is. */
export interface SecretLine {
  /** Names the line in prompts and messages: `bot token`. */
  readonly label: string
  /** What an empty input means: a mistake, no such line, or a value that axisor generates when it adds the channel. */
  readonly whenEmpty: 'mistake' | 'none' | 'generate'
  /** Returns what is wrong with the line, worded to follow its label; null if it is valid. */
  fault(text: string): string | null
}

function printable(text: string): string | null {
  if (text.length > MAX_LINE) return `is longer than ${MAX_LINE} characters`
  if (/\p{Cc}/u.test(text)) return 'contains a control character'
  return text.trim() === text ? null : 'begins or ends with a space'
}

function matching(pattern: RegExp, expected: string): SecretLine['fault'] {
  return text => printable(text) ?? (pattern.test(text) ? null : `is not ${expected}`)
}

/**
 * Returns what is wrong with a URL that notices or heartbeats are sent to, worded to follow its name; null if it is valid. Its content is
 * secret, so the result contains no part of it.
 */
export function secretUrlFault(text: string): string | null {
  const unprintable = printable(text)
  if (unprintable !== null) return unprintable
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol)) return 'is not an https:// address'
  if (url.username !== '' || url.password !== '') return 'contains a user name or a password'
  const host = url.hostname
  if (host === EXCHANGE_DOMAIN || host.endsWith(`.${EXCHANGE_DOMAIN}`))
    return 'is an address of LN Markets, to which axisor only sends requests that read'
  if (url.protocol === 'http:' && !isPrivateHost(host) && !isOnionHost(host))
    return 'is not an https:// address; http:// is allowed for this machine and your own network only'
  return null
}

const url = (label: string): SecretLine => ({ label, whenEmpty: 'mistake', fault: secretUrlFault })

const KEY_OR_NSEC = /^nsec1[02-9ac-hj-np-z]{58}$|^[0-9a-f]{64}$/

/** The lines of the secret of each type, as `ChannelSettings` describes them. */
const LINES: Readonly<Partial<Record<ChannelType, readonly SecretLine[]>>> = {
  webhook: [url('webhook URL'), { label: 'HMAC key', whenEmpty: 'generate', fault: printable }],
  ntfy: [url('topic URL'), { label: 'access token', whenEmpty: 'none', fault: printable }],
  telegram: [
    {
      label: 'bot token',
      whenEmpty: 'mistake',
      fault: matching(/^\d{1,20}:[\w-]{1,200}$/, 'a token such as 123456:ABC…'),
    },
  ],
  discord: [url('webhook URL')],
  slack: [url('webhook URL')],
  pushover: [
    {
      label: 'application token',
      whenEmpty: 'mistake',
      fault: matching(/^[A-Za-z0-9]{30}$/, 'a token of 30 letters and digits'),
    },
    {
      label: 'user key',
      whenEmpty: 'mistake',
      fault: matching(/^[A-Za-z0-9]{30}$/, 'a key of 30 letters and digits'),
    },
  ],
  smtp: [{ label: 'password', whenEmpty: 'none', fault: printable }],
  nostr: [
    {
      label: 'secret key',
      whenEmpty: 'mistake',
      fault: matching(KEY_OR_NSEC, 'nsec1… or 64 hexadecimal digits'),
    },
  ],
}

/** Returns the lines of the secret of a type; empty for a type without a secret. */
export function secretFormat(type: ChannelType): readonly SecretLine[] {
  return LINES[type] ?? []
}

/** True if a channel with these settings has a secret. A mail server without a user has no password. */
export function hasSecret(settings: ChannelSettings): boolean {
  return needsSecret(settings.type) && !(settings.type === 'smtp' && settings.user === null)
}

/**
 * Returns what is wrong with the secret of a channel, in words that contain no part of it; null if it is valid.
 */
export function channelSecretFault(type: ChannelType, text: string): string | null {
  const lines = secretFormat(type)
  const given = text.split('\n')
  if (given.length > lines.length) return `the secret has more lines than ${type} needs`
  for (const [index, { label, whenEmpty, fault }] of lines.entries()) {
    const line = given[index] ?? ''
    if (line === '' && whenEmpty === 'none') continue
    if (line === '') return `the ${label} is missing`
    const reason = fault(line)
    if (reason !== null) return `the ${label} ${reason}`
  }
  return null
}

/** Shorter paths may be ordinary words, such as the name of a topic. */
const MIN_REDACTED_PATH = 12

/** Returns all texts by which messages could reveal the secret of a channel: the whole, its lines, and the paths of URLs. */
export function secretParts(secret: Secret): readonly Secret[] {
  const text = secret.reveal()
  const lines = text.split('\n').filter(line => line !== '')
  const paths = lines.flatMap(line => {
    if (!URL.canParse(line)) return []
    const { pathname, search } = new URL(line)
    return [pathname, search, `${pathname}${search}`].filter(each => each.length >= MIN_REDACTED_PATH)
  })
  return [...new Set([text, ...lines, ...paths])].map(each => new Secret(each))
}
