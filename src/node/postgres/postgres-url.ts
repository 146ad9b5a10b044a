import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs'
import type { PoolConfig } from 'pg'
import { type ConnectionOptions, parse } from 'pg-connection-string'
import { AxisorError } from '../../domain/error.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { Env } from '../../ports/env.ts'
import { isReadableByOthers, isWritableByOthers } from '../files/foreign-access.ts'

/** Address and credentials of a PostgreSQL database. */
export interface PostgresAddress {
  /** `postgres://user@host:5432/name`, for messages; never contains the password. */
  readonly shown: string
  /** `host:port`, for messages about the network. */
  readonly host: string
  readonly config: PoolConfig
}

const KNOWN = ['host', 'port', 'user', 'dbname', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey']
const MODES = ['disable', 'require', 'verify-ca', 'verify-full']

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1|\/.*)$/

function bad(message: string): AxisorError {
  return new AxisorError('config', `the database URL ${message}`, {
    hint: 'Write it as postgres://USER@HOST:5432/NAME?sslmode=verify-full.',
  })
}

/** Returns what others may do with a file that they must not; null if nothing. */
function accessFault(parameter: string, status: Stats): string | null {
  if (parameter === 'sslkey' && isReadableByOthers(status)) return 'is accessible to other users'
  return isWritableByOthers(status) ? 'is writable by other users' : null
}

/** Reads a file of the URL. Permissions are those of the descriptor that is read, so that the file cannot be swapped in between. */
function fileOf(parameter: string, path: string | null): string | undefined {
  if (path === null) return undefined
  const place = `${path} (${parameter} of the database URL)`
  try {
    const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const fault = accessFault(parameter, fstatSync(descriptor))
      if (fault !== null)
        throw new AxisorError('config', `${place} ${fault}`, {
          hint: `Run chmod ${parameter === 'sslkey' ? '600' : '644'} on it, and let it belong to the user that runs axisor, or to root.`,
        })
      return readFileSync(descriptor, 'utf8')
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    if (error instanceof AxisorError) throw error
    throw new AxisorError('config', `cannot read ${place}`, {
      cause: error,
      hint: 'Check the path and the permissions.',
    })
  }
}

/**
 * TLS options for `sslmode`. Default: `disable` on this machine, `verify-full` elsewhere. `require` encrypts without verifying the
 * certificate, as in PostgreSQL's own clients.
 */
function encryption(host: string, query: URLSearchParams): PoolConfig['ssl'] {
  const mode = query.get('sslmode') ?? (LOOPBACK.test(host) ? 'disable' : 'verify-full')
  if (!MODES.includes(mode))
    throw bad(
      `has sslmode=${sanitize(mode, { asciiOnly: true, maxLength: 40 })}: not one of ${MODES.join(', ')}`,
    )
  if (mode === 'disable') return false
  const [ca, cert, key] = ['sslrootcert', 'sslcert', 'sslkey'].map(name => fileOf(name, query.get(name)))
  return {
    rejectUnauthorized: mode !== 'require',
    ...(mode === 'verify-ca' ? { checkServerIdentity: () => undefined } : {}),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  }
}

/** The path of a URL, without the slash at its start and without the fragment. */
const PATH = /^[^:]*:\/\/[^/#]*\/([^#]*)/

/**
 * Parses the URL without its query; missing parts are empty.
 * The query is not passed to the library, which would read certificate files and accept unknown parameters.
 */
function parseBase(base: string): ConnectionOptions {
  // The library would accept such a % as a literal character.
  if (/%(?![0-9a-f]{2})/i.test(base)) throw bad('has an invalid % escape')
  try {
    // In a URL with a space the library decodes escapes wrongly; in the name of the database it decodes only some escapes.
    return { ...parse(base.replaceAll(' ', '%20')), database: decodeURIComponent(PATH.exec(base)?.[1] ?? '') }
  } catch (error) {
    throw bad(error instanceof URIError ? 'has an invalid % escape' : 'is invalid')
  }
}

/**
 * Parses `postgres://user:password@host:port/name?sslmode=…`; a host that starts with / is the directory of a socket. Missing parts
 * come from PGHOST, PGPORT, PGUSER, PGDATABASE and PGPASSWORD.
 * @throws AxisorError `config`; the message quotes neither the URL nor the password
 */
export function readPostgresUrl(text: string, env: Env): PostgresAddress {
  const [base = '', ...rest] = text.split('?')
  const url = parseBase(base)
  const query = new URLSearchParams(rest.join('?'))
  const unknownParameter = [...query.keys()].find(name => !KNOWN.includes(name))
  if (unknownParameter !== undefined)
    throw bad(`has an unknown parameter ${sanitize(unknownParameter, { asciiOnly: true, maxLength: 40 })}`)
  const host = query.get('host') || url.host || env.PGHOST || 'localhost'
  const place = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  const port = Number(query.get('port') || url.port || env.PGPORT || 5_432)
  const user = query.get('user') || url.user || env.PGUSER || env.USER || 'postgres'
  const database = query.get('dbname') || url.database || env.PGDATABASE || user
  const password = url.password || env.PGPASSWORD || ''
  if (!Number.isInteger(port)) throw bad('has a port that is not a number')
  return {
    shown: sanitize(`postgres://${user}@${place}:${port}/${database}`, { asciiOnly: true }).replaceAll(
      ' ',
      '?',
    ),
    host: `${place}:${port}`,
    config: {
      host: host.replace(/^\[|\]$/g, ''),
      port,
      user,
      database,
      // As a function: pg does not search ~/.pgpass, and no dump of the pool contains the password.
      password: () => password,
      ssl: encryption(host, query) ?? false,
    },
  }
}
