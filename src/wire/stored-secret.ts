import * as z from 'zod/mini'
import { type Credentials, Secret } from '../domain/secret.ts'
import { type Decoded, unread } from './decoded.ts'
import { parseJson, validate } from './lnm/validate.ts'

/** What a store keeps for one place: an exchange's key, or a token of a relay. */
export type StoredSecret =
  | { readonly kind: 'direct'; readonly credentials: Credentials }
  /** `url` is the relay's, where the store can hold it; null: it is said elsewhere. */
  | { readonly kind: 'relay'; readonly token: Secret; readonly url: string | null }

/** Grows only when a reader of before could not understand what is written now. */
const VERSION = 1

const WHERE = 'stored secret'

const text = z.string().check(z.minLength(1))

const directSchema = z.object({ key: text, secret: text, passphrase: text })
const relaySchema = z.object({ token: text, url: z.optional(text) })

/** The text that every store holds: JSON, of a version. Where it goes from here, it must be sealed. */
export function encodeStoredSecret(stored: StoredSecret): string {
  if (stored.kind === 'relay') {
    const { token, url } = stored
    return JSON.stringify({ v: VERSION, token: token.reveal(), ...(url === null ? {} : { url }) })
  }
  const { key, secret, passphrase } = stored.credentials
  return JSON.stringify({ v: VERSION, key, secret: secret.reveal(), passphrase: passphrase.reveal() })
}

/** Reads it. The fault names a field, never a value. */
export function decodeStoredSecret(json: string): Decoded<StoredSecret> {
  const parsed = parseJson(json, WHERE)
  if (!parsed.ok) return parsed
  const version = validate(z.object({ v: z.int() }), parsed.value, WHERE)
  if (!version.ok) return version
  if (version.value.v > VERSION) return unread(WHERE, 'v is of a newer axisor')
  if (version.value.v < VERSION) return unread(WHERE, 'v is out of range')
  return hasToken(parsed.value) ? decodeRelay(parsed.value) : decodeDirect(parsed.value)
}

function hasToken(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'token' in value
}

function decodeRelay(value: unknown): Decoded<StoredSecret> {
  const checked = validate(relaySchema, value, WHERE)
  if (!checked.ok) return checked
  const { token, url = null } = checked.value
  return { ok: true, value: { kind: 'relay', token: new Secret(token), url } }
}

function decodeDirect(value: unknown): Decoded<StoredSecret> {
  const checked = validate(directSchema, value, WHERE)
  if (!checked.ok) return checked
  const { key, secret, passphrase } = checked.value
  const credentials = { key, secret: new Secret(secret), passphrase: new Secret(passphrase) }
  return { ok: true, value: { kind: 'direct', credentials } }
}
