import { AxisorError, type ErrorCode } from '../../domain/error.ts'
import { codeOf, networkError } from '../net/network-error.ts'
import type { PostgresAddress } from './postgres-url.ts'

interface Reason {
  readonly code: ErrorCode
  readonly because: string
  readonly hint: string
}

const PASSWORD: Reason = {
  code: 'no-credentials',
  because: 'the user or the password is wrong',
  hint: 'Set PGPASSWORD, or write the password into AXISOR_RELAY_DATABASE.',
}
const RIGHTS: Reason = {
  code: 'config',
  because: 'this user may not do that',
  hint: 'Give it the rights to the tables relay_*, or to create them once (GRANT CREATE ON SCHEMA).',
}
const FULL: Reason = {
  code: 'config',
  because: 'its disk is full',
  hint: 'Nothing was changed; free some space there and try again.',
}
const SLOW: Reason = {
  code: 'timeout',
  because: 'no answer in time',
  hint: 'Nothing was changed; see what keeps the server busy, and try again.',
}
const STARTING: Reason = {
  code: 'unreachable',
  because: 'the server is starting or stopping',
  hint: 'Try again in a moment.',
}
const LOST: Reason = {
  code: 'connection-lost',
  because: 'the connection was lost',
  hint: 'Try again; look at the server’s log if this lasts.',
}

/** SQLSTATEs that a person can do something about. */
const REASONS: Readonly<Record<string, Reason>> = {
  '28P01': PASSWORD,
  '28000': PASSWORD,
  '3D000': {
    code: 'config',
    because: 'there is no database of that name',
    hint: 'Make it with createdb, or correct the URL.',
  },
  '42501': RIGHTS,
  '25006': { code: 'config', because: 'it can only be read', hint: 'Use the primary server, not a copy.' },
  '53100': FULL,
  '53300': {
    code: 'unavailable',
    because: 'it has too many connections',
    hint: 'Raise max_connections, or try again later.',
  },
  '55P03': SLOW,
  '57014': SLOW,
  '57P01': LOST,
  '57P02': LOST,
  '57P03': STARTING,
}

/** What the driver says in words only. */
const SAID: readonly (readonly [RegExp, Reason])[] = [
  [
    /does not support SSL/i,
    {
      code: 'tls',
      because: 'the server has no TLS',
      hint: 'Switch it on there, or add ?sslmode=disable to the URL if every machine in between is yours.',
    },
  ],
  [/password must be/i, PASSWORD],
  [/timeout expired|query read timeout|connection timeout|timeout exceeded/i, SLOW],
  [/connection terminated|not queryable|connection error|has encountered/i, LOST],
]

/** The row belongs to a user who is gone. */
export function isOrphan(error: unknown): boolean {
  return codeOf(error) === '23503'
}

const SQLSTATE = /^[0-9A-Z]{5}$/

/** An error of the driver or the server as a failure that we can explain; a bug stays one. */
export function postgresError(error: unknown, { shown, host }: PostgresAddress): unknown {
  if (error instanceof AxisorError || !(error instanceof Error)) return error
  const code = codeOf(error)
  const reason = REASONS[code] ?? SAID.find(([pattern]) => pattern.test(error.message))?.[1]
  if (reason !== undefined)
    return new AxisorError(reason.code, `cannot use the database ${shown}: ${reason.because}`, {
      cause: error,
      hint: reason.hint,
    })
  // A SQLSTATE that is not known above: the server's own trouble, by its number; its words could quote values.
  if (SQLSTATE.test(code) && /\d/.test(code))
    return new AxisorError('config', `cannot use the database ${shown}: the server says ${code}`, {
      cause: error,
      hint: 'Look at the server’s log.',
    })
  if (code === '') return error
  if (code === 'ENOENT' || code === 'EACCES')
    return new AxisorError('unreachable', `no connection to ${host} (${code})`, {
      cause: error,
      hint: 'Check the folder of the socket, and whether the server runs.',
    })
  return networkError(error, host)
}
