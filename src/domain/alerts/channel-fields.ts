import { isLoopbackHost, isPrivateHost } from '../private-host.ts'
import { isOnionHost } from '../proxy.ts'

/** Name under which the secret of the heartbeat is stored, hence no channel may have it. */
export const HEARTBEAT = 'heartbeat'

/** Describes valid names of rules and channels. */
export const ALERT_NAME = 'a name of up to 32 lower-case letters, digits and dashes'

/** True for a valid name of a rule. */
export function isAlertName(text: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,31}$/.test(text)
}

/** Describes valid names of channels. */
export const CHANNEL_NAME = `${ALERT_NAME}, except ${HEARTBEAT}`

/** True for a valid name of a channel. */
export function isChannelName(text: string): boolean {
  return isAlertName(text) && text !== HEARTBEAT
}

/** Describes valid chat ids of Telegram. */
export const CHAT_ID =
  'the number of a chat such as 123456789 or -1001234567890, or the @name of a public channel'

/** True for a valid chat id of Telegram. */
export function isChatId(text: string): boolean {
  return /^-?\d{1,20}$|^@[A-Za-z]\w{3,31}$/.test(text)
}

/** Describes valid hosts of a mail server. */
export const MAIL_HOST = 'a host name or an IP address'

/** True for a host name or an IP address, without a port. */
export function isMailHost(text: string): boolean {
  return /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(text) || /^[\da-fA-F:.]{2,45}$/.test(text)
}

/** Describes valid addresses of e-mail. */
export const MAIL_ADDRESS = 'an e-mail address such as you@example.org'

/** True for a plain address of e-mail, without a name or comments. */
export function isMailAddress(text: string): boolean {
  return text.length <= 254 && /^[^\s@<>,;:"()[\]\\\p{Cc}]+@[^\s@<>,;:"()[\]\\\p{Cc}]+$/u.test(text)
}

/** Describes valid users of a mail server. */
export const MAIL_USER = 'the user name at the mail server, up to 254 printable characters'

/** True for a user name of a mail server. */
export function isMailUser(text: string): boolean {
  return /^[^\s\p{C}]([^\p{C}]{0,252}[^\s\p{C}])?$/u.test(text)
}

/** Kinds of encryption of a mail server. */
export const MAIL_SECURITY = ['tls', 'starttls', 'none'] as const

/** True if mail to this host may be sent unencrypted: it does not leave the machine. */
export function mayMailPlain(host: string): boolean {
  return isLoopbackHost(host) || host === '::1'
}

/** Describes valid recipients of Nostr messages. */
export const NOSTR_RECIPIENT = 'a public key: npub1… or 64 hexadecimal digits'

/** True for a public key of Nostr. */
export function isNostrRecipient(text: string): boolean {
  return /^npub1[02-9ac-hj-np-z]{58}$|^[0-9a-f]{64}$/.test(text)
}

/** Describes valid relays of Nostr. */
export const NOSTR_RELAY = 'a wss:// address; ws:// only in your own network'

/** True for the address of a relay of Nostr. */
export function isNostrRelay(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || url.username !== '' || url.password !== '') return false
  return (
    url.protocol === 'wss:' ||
    (url.protocol === 'ws:' && (isPrivateHost(url.hostname) || isOnionHost(url.hostname)))
  )
}

/** More relays delay a notice without reaching more devices. */
export const MAX_NOSTR_RELAYS = 8

/** The sequences of the terminal that notify, by their number. */
export const OSC_VARIANTS = [9, 777, 99] as const

/** Describes valid programs. */
export const PROGRAM = 'a program and its arguments, without control characters'

/** True for a program and its arguments. */
export function isProgram(argv: readonly string[]): boolean {
  const [program = ''] = argv
  return (
    program !== '' && argv.length <= 64 && argv.every(each => each.length <= 4_096 && !/\p{Cc}/u.test(each))
  )
}
