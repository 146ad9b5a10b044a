import type { Hmac } from '../../ports/hmac.ts'
import type { PlainCredentials } from '../../ports/simulated-exchange.ts'
import { READ_SCOPES, type Scope, WRITE_SCOPES } from '../protocol/scopes.ts'
import type { SeededRandom } from '../seeded-random.ts'

/** How far a timestamp may be from the exchange's time. */
export const WINDOW_MS = 30_000

/** A key that the exchange knows. */
export interface ApiKey {
  readonly credentials: PlainCredentials
  readonly scopes: readonly Scope[]
}

/** The pair that may only read and the one that may also write; readable ids, secrets made from the seed. */
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

/** Compares without giving away, by its time, where two texts differ. */
function isSame(given: string, expected: string): boolean {
  let difference = given.length ^ expected.length
  for (let i = 0; i < expected.length; i++) {
    difference |= (given.charCodeAt(i) | 0) ^ expected.charCodeAt(i)
  }
  return difference === 0
}

/** What a client says to prove who it is. `text` is what it must have signed. */
export interface SignedRequest {
  readonly key: string
  readonly passphrase: string
  readonly signature: string
  readonly timestampMs: number
  readonly text: string
}

/** The key that signed, or one sentence for the 401. */
export type AuthResult = { readonly key: ApiKey } | { readonly refused: string }

/** Checks a proof against the known keys and the exchange's own time. */
export function verifySignature(
  keys: readonly ApiKey[],
  hmac: Hmac,
  now: number,
  proof: SignedRequest,
): AuthResult {
  const key = keys.find(known => known.credentials.key === proof.key)
  if (key === undefined) return { refused: 'Unknown API key' }
  if (!isSame(proof.passphrase, key.credentials.passphrase)) return { refused: 'Wrong passphrase' }
  if (!isSame(proof.signature, hmac(key.credentials.secret, proof.text))) {
    return { refused: 'Signature is not valid' }
  }
  if (!(Math.abs(now - proof.timestampMs) <= WINDOW_MS)) {
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

/** The text that signs a REST request: timestamp, lower-case method, path, then body or query as sent. */
export function restText(timestamp: string, method: string, target: string, body: string): string {
  const queryAt = target.indexOf('?')
  const path = queryAt === -1 ? target : target.slice(0, queryAt)
  const query = queryAt === -1 ? '' : target.slice(queryAt)
  return `${timestamp}${method.toLowerCase()}${path}${body === '' ? query : body}`
}

/** Reads the proof from a request's headers. Null: not signed at all. A text: which header is missing or unreadable. */
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
  const text = restText(timestamp, method, target, body)
  return { key, passphrase, signature, timestampMs: Number(timestamp), text }
}
