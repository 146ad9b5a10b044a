import { AxisorError } from '../domain/error.ts'
import { type Credentials, Secret } from '../domain/secret.ts'

const NAMES = ['AXISOR_API_KEY', 'AXISOR_API_SECRET', 'AXISOR_API_PASSPHRASE'] as const

const HINT = `Set ${NAMES.join(', ')} to those of a key that may only read`

/** What an HTTP header can carry without change: printable ASCII, no space at either end. */
const CARRIABLE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/

/**
 * The API key that the environment holds; null when it holds no part of one. No value is ever part of a message.
 * @throws AxisorError no-credentials for an incomplete set, naming what is missing, empty or not usable
 */
export function credentialsFrom(env: Readonly<Record<string, string | undefined>>): Credentials | null {
  const values = NAMES.map(name => env[name])
  if (values.every(value => value === undefined)) return null
  const missing = NAMES.filter(name => env[name] === undefined)
  if (missing.length > 0)
    throw new AxisorError('no-credentials', `incomplete API key: ${missing.join(' and ')} not set`, {
      hint: HINT,
    })
  const empty = NAMES.find(name => env[name] === '')
  if (empty !== undefined)
    throw new AxisorError('no-credentials', `incomplete API key: ${empty} is empty`, { hint: HINT })
  const bad = NAMES.find(name => !CARRIABLE.test(env[name] ?? ''))
  if (bad !== undefined)
    throw new AxisorError(
      'no-credentials',
      `${bad} holds a line break, an outer space or a character that is not ASCII`,
      { hint: 'Copy it again from the exchange, without anything around it' },
    )
  const [key = '', secret = '', passphrase = ''] = values
  return { key, secret: new Secret(secret), passphrase: new Secret(passphrase) }
}

/**
 * The same, where a key is needed.
 * @throws AxisorError no-credentials
 */
export function requireCredentials(env: Readonly<Record<string, string | undefined>>): Credentials {
  const credentials = credentialsFrom(env)
  if (credentials !== null) return credentials
  throw new AxisorError('no-credentials', 'no API key', {
    hint: `${HINT}, or try --demo, which needs none`,
  })
}
