import { AxisorError, type ErrorCode } from '../../domain/error.ts'
import { codeOf, networkError } from '../net/network-error.ts'
import type { PostgresAddress } from './postgres-url.ts'

interface ErrorReason {
  readonly code: ErrorCode
  readonly text: string
  readonly hint: string
}

const PASSWORD: ErrorReason = {
  code: 'no-credentials',
  text: 'wrong user or password',
  hint: 'Set PGPASSWORD, or put the password in AXISOR_RELAY_DATABASE.',
}
const PERMISSIONS: ErrorReason = {
  code: 'config',
  text: 'permission denied for this user',
  hint: 'Grant it access to the tables relay_*, outbox_*, ledgers and ledger_*, or the right to create them (GRANT CREATE ON SCHEMA).',
}
const FULL: ErrorReason = {
  code: 'config',
  text: "the server's disk is full",
  hint: 'Nothing was changed; free some space and try again.',
}
const TIMEOUT: ErrorReason = {
  code: 'timeout',
  text: 'the server did not respond in time',
  hint: 'Nothing was changed; check the load of the server and try again.',
}
const STARTING: ErrorReason = {
  code: 'unreachable',
  text: 'the server is starting or stopping',
  hint: 'Try again in a moment.',
}
const LOST: ErrorReason = {
  code: 'connection-lost',
  text: 'the connection was lost',
  hint: 'Try again; check the log of the server if this persists.',
}

/** SQLSTATEs that an operator can act on. */
const REASONS: Readonly<Record<string, ErrorReason>> = {
  '28P01': PASSWORD,
  '28000': PASSWORD,
  '3D000': {
    code: 'config',
    text: 'no such database',
    hint: 'Create it with createdb, or correct the URL.',
  },
  '42501': PERMISSIONS,
  '25006': { code: 'config', text: 'it is read-only', hint: 'Use the primary server, not a replica.' },
  '53100': FULL,
  '53300': {
    code: 'unavailable',
    text: 'the server has too many connections',
    hint: 'Raise max_connections, or try again later.',
  },
  '55P03': TIMEOUT,
  '57014': TIMEOUT,
  '57P01': LOST,
  '57P02': LOST,
  '57P03': STARTING,
}

/** Errors of the driver that have no code, by their message. */
const DRIVER_MESSAGES: readonly (readonly [RegExp, ErrorReason])[] = [
  [
    /does not support SSL/i,
    {
      code: 'tls',
      text: 'the server does not support TLS',
      hint: 'Enable it there, or add ?sslmode=disable to the URL if you trust the whole network path.',
    },
  ],
  [/password must be/i, PASSWORD],
  [/timeout expired|query read timeout|connection timeout|timeout exceeded/i, TIMEOUT],
  [/connection terminated|not queryable|connection error|has encountered/i, LOST],
]

/** True if a row references a deleted user. */
export function isPostgresOrphan(error: unknown): boolean {
  return codeOf(error) === '23503'
}

/** True if a connection pool in front of the server refuses a parameter that a client sends when it connects. */
export function isStartupRefused(error: unknown): boolean {
  return codeOf(error) === '08P01' && /unsupported startup parameter/i.test(String(error))
}

const SQLSTATE = /^[0-9A-Z]{5}$/

/** Maps an error of the driver or the server to an AxisorError; returns any other error unchanged. */
export function postgresError(error: unknown, { shown, host }: PostgresAddress): unknown {
  if (error instanceof AxisorError || !(error instanceof Error)) return error
  const code = codeOf(error)
  const reason = REASONS[code] ?? DRIVER_MESSAGES.find(([pattern]) => pattern.test(error.message))?.[1]
  if (reason !== undefined)
    return new AxisorError(reason.code, `cannot use the database ${shown}: ${reason.text}`, {
      cause: error,
      hint: reason.hint,
    })
  // Any other SQLSTATE is reported by its code: the server's message could quote values.
  if (SQLSTATE.test(code) && /\d/.test(code))
    return new AxisorError(
      'config',
      `cannot use the database ${shown}: the server reported SQLSTATE ${code}`,
      {
        cause: error,
        hint: 'Check the log of the server.',
      },
    )
  if (code === '') return error
  if (code === 'ENOENT' || code === 'EACCES')
    return new AxisorError('unreachable', `cannot connect to ${host} (${code})`, {
      cause: error,
      hint: 'Check the directory of the socket and that the server is running.',
    })
  return networkError(error, host)
}
