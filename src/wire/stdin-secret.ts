import * as z from 'zod/mini'
import { type Credentials, Secret } from '../domain/secret.ts'
import { type Decoded, decoded } from './decoded.ts'
import { parseJson, validate } from './validate.ts'

const WHERE = 'stdin'

const part = z.string()

const keySchema = z.object({ key: part, secret: part, passphrase: part })

const tokenSchema = z.object({ token: part })

/** Decodes the API key that `login --with-stdin` reads. Does not check its characters. The fault names the field and never contains a value. */
export function decodeKeyInput(text: string): Decoded<Credentials> {
  const parsed = parseJson(text, WHERE)
  if (!parsed.ok) return parsed
  const checked = validate(keySchema, parsed.value, WHERE)
  if (!checked.ok) return checked
  const { key, secret, passphrase } = checked.value
  return decoded({ key, secret: new Secret(secret), passphrase: new Secret(passphrase) })
}

/** Decodes the relay token that `login --relay --with-stdin` reads, by the same rules. */
export function decodeTokenInput(text: string): Decoded<Secret> {
  const parsed = parseJson(text, WHERE)
  if (!parsed.ok) return parsed
  const checked = validate(tokenSchema, parsed.value, WHERE)
  if (!checked.ok) return checked
  return decoded(new Secret(checked.value.token))
}
