import * as z from 'zod/mini'
import { type Credentials, Secret } from '../domain/secret.ts'
import { type Decoded, invalid } from './decoded.ts'
import { parseJson, validate } from './validate.ts'

/** A secret in a store: an API key of an exchange, a token of a relay, or the secret of an alert channel. */
export type StoredSecret =
  | { readonly kind: 'direct'; readonly credentials: Credentials }
  /** `url` is the relay's address, or null if it is stored elsewhere. */
  | { readonly kind: 'relay'; readonly token: Secret; readonly url: string | null }
  /** `secret` has the lines that the type of the channel needs. */
  | { readonly kind: 'channel'; readonly secret: Secret }

/** Incremented only if older versions of axisor cannot decode the new format. */
const VERSION = 1

const WHERE = 'stored secret'

const text = z.string().check(z.minLength(1))

const directSchema = z.object({ key: text, secret: text, passphrase: text })
const relaySchema = z.object({ token: text, url: z.optional(text) })
const channelSchema = z.object({ channel: text })

/** Encodes a secret as versioned JSON for a store. The store must encrypt it. */
export function encodeStoredSecret(stored: StoredSecret): string {
  if (stored.kind === 'channel') return JSON.stringify({ v: VERSION, channel: stored.secret.reveal() })
  if (stored.kind === 'relay') {
    const { token, url } = stored
    return JSON.stringify({ v: VERSION, token: token.reveal(), ...(url === null ? {} : { url }) })
  }
  const { key, secret, passphrase } = stored.credentials
  return JSON.stringify({ v: VERSION, key, secret: secret.reveal(), passphrase: passphrase.reveal() })
}

/** Decodes a stored secret. The fault names the field and never contains a value. */
export function decodeStoredSecret(json: string): Decoded<StoredSecret> {
  const parsed = parseJson(json, WHERE)
  if (!parsed.ok) return parsed
  const version = validate(z.object({ v: z.int() }), parsed.value, WHERE)
  if (!version.ok) return version
  if (version.value.v > VERSION) return invalid(WHERE, 'v is from a newer version of axisor')
  if (version.value.v < VERSION) return invalid(WHERE, 'v is out of range')
  if (has(parsed.value, 'channel')) return decodeChannel(parsed.value)
  return has(parsed.value, 'token') ? decodeRelay(parsed.value) : decodeDirect(parsed.value)
}

function has(value: unknown, field: string): boolean {
  return typeof value === 'object' && value !== null && field in value
}

function decodeChannel(value: unknown): Decoded<StoredSecret> {
  const checked = validate(channelSchema, value, WHERE)
  if (!checked.ok) return checked
  return { ok: true, value: { kind: 'channel', secret: new Secret(checked.value.channel) } }
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
