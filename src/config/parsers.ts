import { parseDuration } from '../domain/duration.ts'
import { isLoopbackHost } from '../domain/private-host.ts'
import { isOnionHost } from '../domain/proxy.ts'
import { isRelayUserName, RELAY_USER_NAME } from '../domain/relay-user.ts'

/** The parsed value, or a description of valid input, worded to follow `not`: `a duration such as 500ms, 2s or 5m`. */
export type ParseResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly expected: string }

/** Parses the text of a flag, a variable or a setting of the config file. */
export type Parser<T> = (text: string) => ParseResult<T>

/** Parses a duration with its unit, such as `500ms`, `2s`, `5m`, `1h` or `30d`, to whole ms within bounds. Rejects a bare number. */
export function duration(minMs: number, maxMs: number): Parser<number> {
  return text => {
    const ms = parseDuration(text)
    if (ms === null) return { ok: false, expected: 'a duration such as 500ms, 2s or 5m' }
    if (ms >= minMs && ms <= maxMs) return { ok: true, value: ms }
    return { ok: false, expected: `a duration from ${minMs}ms to ${maxMs / 1000}s` }
  }
}

/** Parses a number in plain decimal digits, within bounds. */
export function decimal(min: number, max: number, whole = false): Parser<number> {
  const kind = whole ? 'a whole number' : 'a number'
  const format = whole ? /^-?\d{1,15}$/ : /^-?\d{1,15}(\.\d{1,12})?$/
  return text => {
    const value = format.test(text) ? Number(text) + 0 : Number.NaN
    if (value >= min && value <= max) return { ok: true, value }
    return { ok: false, expected: `${kind} from ${min} to ${max}` }
  }
}

/** Accepts one of the given values. */
export function oneOf<T extends string>(values: readonly T[]): Parser<T> {
  return text => {
    const value = values.find(each => each === text)
    return value === undefined ? { ok: false, expected: `one of ${values.join(', ')}` } : { ok: true, value }
  }
}

/** Parses a boolean: 1, true, yes or 0, false, no. */
export function yesOrNo(text: string): ParseResult<boolean> {
  if (['1', 'true', 'yes'].includes(text.toLowerCase())) return { ok: true, value: true }
  if (['0', 'false', 'no'].includes(text.toLowerCase())) return { ok: true, value: false }
  return { ok: false, expected: '1 or 0' }
}

interface Schemes {
  readonly secure: readonly string[]
  /** Unencrypted, accepted for loopback addresses only. */
  readonly plain: readonly string[]
  /** Accepts an unencrypted address of the Tor network, which encrypts it itself. */
  readonly acceptsOnion?: boolean
  /** Description of valid input. */
  readonly format: string
}

function addressOf({ secure, plain, acceptsOnion = false, format }: Schemes): Parser<string> {
  return text => {
    const url = URL.canParse(text) ? new URL(text) : null
    if (url === null) return { ok: false, expected: format }
    if (url.username !== '' || url.password !== '')
      return { ok: false, expected: `${format} without a user name or password` }
    if (url.search !== '' || url.hash !== '') return { ok: false, expected: `${format} without ? or #` }
    const isPlain = plain.includes(url.protocol)
    if (isPlain && !isLoopbackHost(url.hostname) && !(acceptsOnion && isOnionHost(url.hostname)))
      return {
        ok: false,
        expected: `${format}; ${url.protocol}// is allowed for this machine (127.0.0.1) only`,
      }
    if (!isPlain && !secure.includes(url.protocol)) return { ok: false, expected: format }
    return { ok: true, value: url.href.replace(/\/+$/, '') }
  }
}

/**
 * Parses an address of the exchange. Unencrypted addresses are accepted on loopback only, as every request carries the passphrase.
 * Rejects addresses with a user name, password, query or fragment.
 */
export function address(secure: 'https' | 'wss', plain: 'http' | 'ws'): Parser<string> {
  const article = secure === 'https' ? 'an' : 'a'
  return addressOf({
    secure: [`${secure}:`],
    plain: [`${plain}:`],
    format: `${article} ${secure}:// address`,
  })
}

/** Parses an address of a relay, either of its stream or of its HTTP API. The same rules apply, as every request carries the token; an onion service needs no TLS. */
export const relayAddress: Parser<string> = addressOf({
  secure: ['wss:', 'https:'],
  plain: ['ws:', 'http:'],
  acceptsOnion: true,
  format: 'a wss:// or https:// address',
})

/** Parses the name of a user of a relay. */
export const relayUserName: Parser<string> = text =>
  isRelayUserName(text)
    ? { ok: true, value: text }
    : { ok: false, expected: `a name of a user: it has ${RELAY_USER_NAME}` }
