/** What a text says, or what it should have been: `500ms, 2s or 5m`. */
export type ParseResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly expected: string }

/** Reads the text of a flag, a variable or a setting in a file. */
export type Parser<T> = (text: string) => ParseResult<T>

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A length of time with its unit, `500ms`, `2s`, `5m`, `1h` or `30d`, in whole ms within the bounds. A bare number is refused. */
export function duration(leastMs: number, mostMs: number): Parser<number> {
  return text => {
    const [, digits, unit] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(text) ?? []
    if (digits === undefined || unit === undefined)
      return { ok: false, expected: 'a duration such as 500ms, 2s or 5m' }
    const ms = Math.round(Number(digits) * (UNIT_MS[unit] ?? 1))
    if (ms >= leastMs && ms <= mostMs) return { ok: true, value: ms }
    return { ok: false, expected: `a duration from ${leastMs}ms to ${mostMs / 1000}s` }
  }
}

/** A number within bounds, in plain digits. */
export function decimal(least: number, most: number, whole = false): Parser<number> {
  const kind = whole ? 'a whole number' : 'a number'
  const shape = whole ? /^-?\d{1,15}$/ : /^-?\d{1,15}(\.\d{1,12})?$/
  return text => {
    const value = shape.test(text) ? Number(text) + 0 : Number.NaN
    if (value >= least && value <= most) return { ok: true, value }
    return { ok: false, expected: `${kind} from ${least} to ${most}` }
  }
}

/** One of a few words. */
export function oneOf<T extends string>(words: readonly T[]): Parser<T> {
  return text => {
    const value = words.find(word => word === text)
    return value === undefined ? { ok: false, expected: `one of ${words.join(', ')}` } : { ok: true, value }
  }
}

/** Yes or no, as it is written in variables: 1, true, yes or 0, false, no. */
export function yesOrNo(text: string): ParseResult<boolean> {
  if (['1', 'true', 'yes'].includes(text.toLowerCase())) return { ok: true, value: true }
  if (['0', 'false', 'no'].includes(text.toLowerCase())) return { ok: true, value: false }
  return { ok: false, expected: '1 or 0' }
}

/** True for the names and addresses of this machine itself. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

interface Schemes {
  readonly secure: readonly string[]
  /** For this machine only. */
  readonly plain: readonly string[]
  /** What was expected, in words. */
  readonly shape: string
}

function addressOf({ secure, plain, shape }: Schemes): Parser<string> {
  return text => {
    const url = URL.canParse(text) ? new URL(text) : null
    if (url === null) return { ok: false, expected: shape }
    if (url.username !== '' || url.password !== '')
      return { ok: false, expected: `${shape} without a name or password in it` }
    if (url.search !== '' || url.hash !== '') return { ok: false, expected: `${shape} without ? or #` }
    const isPlain = plain.includes(url.protocol)
    if (isPlain && !isLoopback(url.hostname))
      return { ok: false, expected: `${shape}; ${url.protocol}// is for this machine (127.0.0.1) only` }
    if (!isPlain && !secure.includes(url.protocol)) return { ok: false, expected: shape }
    return { ok: true, value: url.href.replace(/\/+$/, '') }
  }
}

/**
 * An address of the exchange. Unencrypted ones are for this machine only: the passphrase travels in every request. Addresses
 * with a name and password, a query or a fragment are refused.
 */
export function address(secure: 'https' | 'wss', plain: 'http' | 'ws'): Parser<string> {
  return addressOf({ secure: [`${secure}:`], plain: [`${plain}:`], shape: `a ${secure}:// address` })
}

/** An address of a relay, of its stream or of its HTTP: each says where the other is. The rules are the same: a token travels. */
export const relayAddress: Parser<string> = addressOf({
  secure: ['wss:', 'https:'],
  plain: ['ws:', 'http:'],
  shape: 'a wss:// or https:// address',
})
