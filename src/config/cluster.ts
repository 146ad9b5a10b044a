import { AxisorError } from '../domain/error.ts'
import { Secret } from '../domain/secret.ts'
import type { BrokerAddress } from '../ports/broker.ts'
import type { Env } from '../ports/env.ts'

const VARIABLE = 'AXISOR_RELAY_CLUSTER'

const DEFAULT_PORT = 6379

const EXPECTED = 'redis://host:port or rediss://host:port, with user:password@ and /database where needed'

/** Returns the address as text and its origin, or null if unset. */
function setting(flag: string | null, env: Env) {
  if (flag !== null) return { text: flag, place: '--cluster', code: 'usage' } as const
  const variable = env[VARIABLE]
  if (variable === undefined || variable === '') return null
  return { text: variable, place: VARIABLE, code: 'config' } as const
}

function parseUrl(text: string): URL | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  const isRedis = url.protocol === 'redis:' || url.protocol === 'rediss:'
  return isRedis && url.hostname !== '' && /^(?:\/\d{0,3})?$/.test(url.pathname) ? url : null
}

/** Decodes percent-encoded text. Returns null if it is malformed. */
function decodePercent(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

/**
 * Returns the address of the cluster's broker from `--cluster` or AXISOR_RELAY_CLUSTER, or null if both are unset.
 * Error messages never contain the address, as it may include a password.
 * @throws AxisorError usage or config, if the address is invalid; usage, if the flag contains a password
 */
export function brokerAddress(flag: string | null, env: Env): BrokerAddress | null {
  const found = setting(flag, env)
  if (found === null) return null
  const { text, place, code } = found
  const url = parseUrl(text)
  const username = decodePercent(url?.username ?? '')
  const password = decodePercent(url?.password ?? '')
  if (url === null || username === null || password === null)
    throw new AxisorError(code, `${place}: not ${EXPECTED}`)
  if (code === 'usage' && password !== '')
    throw new AxisorError(
      code,
      'password in --cluster rejected: other users of this machine can read the command line',
      {
        hint: `Set ${VARIABLE} in the environment instead.`,
      },
    )
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    tls: url.protocol === 'rediss:',
    username: username === '' ? null : username,
    password: password === '' ? null : new Secret(password),
    db: Number(url.pathname.slice(1)),
  }
}
