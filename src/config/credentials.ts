import { AxisorError } from '../domain/error.ts'
import { type Credentials, Secret } from '../domain/secret.ts'
import type { Env } from '../ports/env.ts'
import type { Files } from '../ports/files.ts'
import { invalidReason } from './credential-format.ts'
import { type EnvName, type EnvValue, readEnvValue } from './env-value.ts'

const PARTS: readonly EnvName[] = [
  { name: 'AXISOR_API_KEY', credential: 'axisor-api-key' },
  { name: 'AXISOR_API_SECRET', credential: 'axisor-api-secret' },
  { name: 'AXISOR_API_PASSPHRASE', credential: 'axisor-api-passphrase' },
]

const TOKEN: EnvName = { name: 'AXISOR_RELAY_TOKEN', credential: 'axisor-relay-token' }

const NAMES = PARTS.map(part => part.name)

const HINT = `Set ${NAMES.join(', ')} to those of a key that may only read`

function checked({ text, place }: EnvValue): string {
  const flaw = invalidReason(text)
  if (flaw === null) return text
  throw new AxisorError('no-credentials', `${place} ${flaw}`, {
    hint: 'Copy it again from where it was made, without anything around it',
  })
}

/**
 * The API key that the environment holds: in variables, in files that `…_FILE` names, or in systemd's credentials, each part where
 * it is. Null when it holds no part of one. No value is ever part of a message.
 * @throws AxisorError no-credentials for an incomplete set, naming what is missing, empty or not usable; config for a file that
 * can't be read
 */
export async function credentialsFrom(env: Env, files: Files): Promise<Credentials | null> {
  const found = await Promise.all(PARTS.map(part => readEnvValue(part, env, files)))
  if (found.every(value => value === null)) return null
  const missing = NAMES.filter((_name, i) => found[i] === null)
  if (missing.length > 0)
    throw new AxisorError('no-credentials', `incomplete API key: ${missing.join(' and ')} not set`, {
      hint: HINT,
    })
  const values = found.flatMap(value => value ?? [])
  const empty = values.find(value => value.text === '')
  if (empty !== undefined)
    throw new AxisorError('no-credentials', `incomplete API key: ${empty.place} is empty`, { hint: HINT })
  const [key = '', secret = '', passphrase = ''] = values.map(checked)
  return { key, secret: new Secret(secret), passphrase: new Secret(passphrase) }
}

/** True when the environment holds any part of a key: then that one counts, or is an error. */
export async function hasEnvCredentials(env: Env, files: Files): Promise<boolean> {
  if (NAMES.some(name => env[name] !== undefined || (env[`${name}_FILE`] ?? '') !== '')) return true
  const found = await Promise.all(PARTS.map(part => readEnvValue(part, env, files)))
  return found.some(value => value !== null)
}

/** The failure of having no key at all. */
export function noCredentials(): AxisorError {
  return new AxisorError('no-credentials', 'no API key', {
    hint: `Run axisor login, or set ${NAMES.join(', ')} to those of a key that may only read, or try --demo, which needs none`,
  })
}

/** The same of a relay's token. */
export function noRelayToken(): AxisorError {
  return new AxisorError('no-credentials', 'no token for this relay', {
    hint: 'Ask who runs the relay for one; then run axisor login --relay URL, or set AXISOR_RELAY_TOKEN or AXISOR_RELAY_TOKEN_FILE',
  })
}

/**
 * The token of a relay that the environment holds, in one of the same three ways; null when it holds none.
 * @throws AxisorError as above
 */
export async function relayTokenFrom(env: Env, files: Files): Promise<Secret | null> {
  const found = await readEnvValue(TOKEN, env, files)
  return found === null ? null : new Secret(checked(found))
}
