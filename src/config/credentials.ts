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

const HINT = `Set ${NAMES.join(', ')} to those of a read-only key.`

function requireValid({ text, place }: EnvValue): string {
  const reason = invalidReason(text)
  if (reason === null) return text
  throw new AxisorError('no-credentials', `${place} ${reason}`, {
    hint: 'Copy it again from its source, without surrounding characters.',
  })
}

/**
 * Reads the API key from the environment. Each part may come from a variable, a file named by `…_FILE`, or a systemd credential.
 * Returns null if no part is set. Error messages never contain a value.
 * @throws AxisorError no-credentials, naming the part that is missing, empty or invalid; config, if a file cannot be read
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
  const [key = '', secret = '', passphrase = ''] = values.map(requireValid)
  return { key, secret: new Secret(secret), passphrase: new Secret(passphrase) }
}

/** True if the environment holds any part of an API key, even an incomplete one. It then takes precedence over profiles. */
export async function hasEnvCredentials(env: Env, files: Files): Promise<boolean> {
  if (NAMES.some(name => env[name] !== undefined || (env[`${name}_FILE`] ?? '') !== '')) return true
  const found = await Promise.all(PARTS.map(part => readEnvValue(part, env, files)))
  return found.some(value => value !== null)
}

/** Returns the error for a missing API key. */
export function noCredentials(): AxisorError {
  return new AxisorError('no-credentials', 'no API key', {
    hint: `Run axisor login, or set ${NAMES.join(', ')} to those of a read-only key, or try --demo, which needs no key.`,
  })
}

/** Returns the error for a missing relay token. */
export function noRelayToken(): AxisorError {
  return new AxisorError('no-credentials', 'no token for this relay', {
    hint: 'Get a token from the operator of the relay. Then run axisor login --relay URL, or set AXISOR_RELAY_TOKEN or AXISOR_RELAY_TOKEN_FILE.',
  })
}

/**
 * Reads the relay token from the environment, from the same three kinds of place. Returns null if it is not set.
 * @throws AxisorError no-credentials, if it is invalid; config, if its file cannot be read
 */
export async function relayTokenFrom(env: Env, files: Files): Promise<Secret | null> {
  const found = await readEnvValue(TOKEN, env, files)
  return found === null ? null : new Secret(requireValid(found))
}
