import * as z from 'zod/mini'
import { type Credentials, Secret } from '../domain/secret.ts'
import { type Decoded, read } from './decoded.ts'
import { parseJson, validate } from './lnm/validate.ts'

const WHERE = 'stdin'

const part = z.string()

const keySchema = z.object({ key: part, secret: part, passphrase: part })

const tokenSchema = z.object({ token: part })

/** The API key that a script gives to `login --with-stdin`. Whether it can be sent is for the caller to say. The fault names the field and never quotes it. */
export function decodeTypedKey(text: string): Decoded<Credentials> {
  const parsed = parseJson(text, WHERE)
  if (!parsed.ok) return parsed
  const checked = validate(keySchema, parsed.value, WHERE)
  if (!checked.ok) return checked
  const { key, secret, passphrase } = checked.value
  return read({ key, secret: new Secret(secret), passphrase: new Secret(passphrase) })
}

/** The token of a relay, in the same way. */
export function decodeTypedToken(text: string): Decoded<Secret> {
  const parsed = parseJson(text, WHERE)
  if (!parsed.ok) return parsed
  const checked = validate(tokenSchema, parsed.value, WHERE)
  if (!checked.ok) return checked
  return read(new Secret(checked.value.token))
}
