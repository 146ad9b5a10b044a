import { AxisorError } from '../../domain/error.ts'
import { codeOf } from '../net/network-error.ts'
import type { DatabaseKind } from './database-kind.ts'

interface Reason {
  readonly text: string
  /** A key of `DatabaseKind`, or the hint itself. */
  readonly hint: 'otherPathHint' | 'damagedHint' | 'notWritableHint' | { readonly text: string }
}

const FULL: Reason = {
  text: 'the disk is full',
  hint: { text: 'Nothing was changed; free some space and try again.' },
}
const LOCKED: Reason = {
  text: 'another program has locked it',
  hint: { text: 'Try again; find the program that has it open if this persists.' },
}
const CANNOT_OPEN_HINT = {
  text: 'Check the path, and the permissions of the file and its directory.',
} as const

/** The bits of a result code that the extended codes share. */
const PRIMARY = 0xff
const CORRUPT = 11
const NOT_A_DATABASE = 26

/** Reasons and hints by SQLite's primary result code. */
const REASONS: Readonly<Record<number, Reason>> = {
  5: LOCKED,
  8: { text: 'it is read-only', hint: 'notWritableHint' },
  10: { text: 'disk I/O error', hint: { text: 'Nothing was changed; check the system log.' } },
  [CORRUPT]: { text: 'the file is damaged', hint: 'damagedHint' },
  13: FULL,
  14: { text: 'it cannot be opened', hint: CANNOT_OPEN_HINT },
  15: LOCKED,
  [NOT_A_DATABASE]: { text: 'it is not a database', hint: { text: 'Nothing was changed; check the path.' } },
}

/** SQLITE_IOERR_SHMSIZE: the shared-memory file could not grow because the disk is full. */
const IOERR_SHMSIZE = 4_874

/** SQLITE_CONSTRAINT_FOREIGNKEY: the row references a deleted user. */
const FOREIGN_KEY = 787

const SQLITE_ERROR = 'ERR_SQLITE_ERROR'

function resultCode(error: unknown): number {
  const code: unknown = codeOf(error) === SQLITE_ERROR ? Reflect.get(Object(error), 'errcode') : null
  return typeof code === 'number' ? code : 0
}

/** True if a row references a deleted user. */
export function isSqliteOrphan(error: unknown): boolean {
  return resultCode(error) === FOREIGN_KEY
}

/** The error of SQLite for a damaged file, for damage that an integrity check reports as a row. */
export function damage(): Error {
  return Object.assign(new Error('the file is damaged'), { code: SQLITE_ERROR, errcode: CORRUPT })
}

/** True if the file is damaged, or no database at all. */
export function isDamage(error: unknown): boolean {
  const code = resultCode(error) & PRIMARY
  return code === CORRUPT || code === NOT_A_DATABASE
}

/** True if the disk of the written file is full. */
export function isFull(error: unknown): boolean {
  const code = resultCode(error)
  return code === IOERR_SHMSIZE || REASONS[code & PRIMARY] === FULL || FILE_REASONS[codeOf(error)] === FULL
}

/** True if another process holds a lock. */
export function isLocked(error: unknown): boolean {
  return REASONS[resultCode(error) & PRIMARY] === LOCKED
}

/** Maps SQLite and file system errors to AxisorError; returns any other error unchanged. */
export function sqliteError(error: unknown, path: string, kind: DatabaseKind): unknown {
  if (error instanceof AxisorError) return error
  const code = resultCode(error)
  const reason = code === IOERR_SHMSIZE ? FULL : (REASONS[code & PRIMARY] ?? FILE_REASONS[codeOf(error)])
  if (reason === undefined) return error
  return new AxisorError('config', `cannot use the database ${path}: ${reason.text}`, {
    cause: error,
    hint: typeof reason.hint === 'string' ? kind[reason.hint] : reason.hint.text,
  })
}

const DENIED: Reason = { text: 'permission denied', hint: 'notWritableHint' }

/** Reasons and hints by file system error code. */
const FILE_REASONS: Readonly<Record<string, Reason>> = {
  EACCES: DENIED,
  EPERM: DENIED,
  EROFS: { text: 'the file system is read-only', hint: 'otherPathHint' },
  ENOSPC: FULL,
  EDQUOT: { text: 'the disk quota is used up', hint: FULL.hint },
  EISDIR: { text: 'it is a directory', hint: CANNOT_OPEN_HINT },
  ENOTDIR: { text: 'a part of the path is not a directory', hint: CANNOT_OPEN_HINT },
  EEXIST: { text: 'a part of the path is not a directory', hint: CANNOT_OPEN_HINT },
  ELOOP: { text: 'too many symbolic links', hint: CANNOT_OPEN_HINT },
  ENOENT: { text: 'a part of the path does not exist', hint: CANNOT_OPEN_HINT },
  ENAMETOOLONG: { text: 'the path is too long', hint: CANNOT_OPEN_HINT },
}
