import type { Hmac } from '../../ports/hmac.ts'
import type { PlainCredentials } from '../../ports/simulated-exchange.ts'
import { READ_SCOPES, type Scope, WRITE_SCOPES } from '../protocol/scopes.ts'
import type { SeededRandom } from '../seeded-random.ts'

/** Maximum difference between a request's timestamp and the exchange's time. */
export const WINDOW_MS = 30_000

/** An API key registered with the exchange. */
export interface ApiKey {
  readonly credentials: PlainCredentials
  readonly scopes: readonly Scope[]
}

/** Creates a read-only key and a read-write key. Key ids are readable; secrets come from the seed. */
export function makeKeys(random: SeededRandom): { reader: ApiKey; writer: ApiKey } {
  const make = (key: string, scopes: readonly Scope[]): ApiKey => ({
    credentials: { key, secret: `secret-${random.hex(16)}`, passphrase: `pass-${random.hex(4)}` },
    scopes,
  })
  return {
    reader: make('sim-read-only-key', READ_SCOPES),
    writer: make('sim-read-write-key', [...READ_SCOPES, ...WRITE_SCOPES]),
  }
}

/** Compares two strings in time independent of where they differ. */
function timingSafeEqual(given: string, expected: string): boolean {
  let difference = given.length ^ expected.length
  for (let i = 0; i < expected.length; i++) {
    difference |= (given.charCodeAt(i) | 0) ^ expected.charCodeAt(i)
  }
  return difference === 0
}

/** The credentials and signature of a request. `payload` is the text that must have been signed. */
export interface SignedRequest {
  readonly key: string
  readonly passphrase: string
  readonly signature: string
  readonly timestampMs: number
  readonly payload: string
}

/** The key that signed the request, or the message of the 401 reply. */
export type AuthResult = { readonly key: ApiKey } | { readonly refused: string }

/** Verifies a signed request against the registered keys and the exchange's time. */
export function verifySignature(
  keys: readonly ApiKey[],
  hmac: Hmac,
  now: number,
  signedRequest: SignedRequest,
): AuthResult {
  const key = keys.find(known => known.credentials.key === signedRequest.key)
  if (key === undefined) return { refused: 'Unknown API key' }
  if (!timingSafeEqual(signedRequest.passphrase, key.credentials.passphrase))
    return { refused: 'Wrong passphrase' }
  if (!timingSafeEqual(signedRequest.signature, hmac(key.credentials.secret, signedRequest.payload))) {
    return { refused: 'Signature is not valid' }
  }
  if (!(Math.abs(now - signedRequest.timestampMs) <= WINDOW_MS)) {
    return { refused: `Timestamp is more than ${WINDOW_MS / 1000} s from the server's time` }
  }
  return { key }
}

const SIGNING_HEADERS = [
  'lnm-access-key',
  'lnm-access-passphrase',
  'lnm-access-timestamp',
  'lnm-access-signature',
] as const

/** The signing payload of a REST request: timestamp, lower-case method, path, then body or raw query. */
export function restPayload(timestamp: string, method: string, target: string, body: string): string {
  const queryAt = target.indexOf('?')
  const path = queryAt === -1 ? target : target.slice(0, queryAt)
  const query = queryAt === -1 ? '' : target.slice(queryAt)
  return `${timestamp}${method.toLowerCase()}${path}${body === '' ? query : body}`
}

/**
 * Reads the signature headers of a request. Returns null if it is unsigned, or an error message naming the header that is
 * missing or invalid.
 */
export function signedRestRequest(
  headers: Readonly<Record<string, string | undefined>>,
  method: string,
  target: string,
  body: string,
): SignedRequest | string | null {
  const given = SIGNING_HEADERS.map(name => headers[name])
  if (given.every(value => value === undefined)) return null
  const [key, passphrase, timestamp, signature] = given
  if (key === undefined || passphrase === undefined || timestamp === undefined || signature === undefined) {
    return `Missing header ${SIGNING_HEADERS.find((_, i) => given[i] === undefined)}`
  }
  if (!/^\d{1,15}$/.test(timestamp)) return 'Header lnm-access-timestamp is not a number of milliseconds'
  const payload = restPayload(timestamp, method, target, body)
  return { key, passphrase, signature, timestampMs: Number(timestamp), payload }
}
