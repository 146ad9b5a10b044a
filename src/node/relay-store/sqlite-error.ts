import { AxisorError } from '../../domain/error.ts'
import { codeOf } from '../net/network-error.ts'

const DAMAGED_HINT = 'Stop the relay, keep a copy of the file, and restore a backup.'
const FULL = {
  text: 'the disk is full',
  hint: 'Nothing was changed; free some space and try again.',
}
const LOCKED = {
  text: 'another program has locked it',
  hint: 'Try again; find the program that has it open if this persists.',
}
const NOT_WRITABLE = {
  text: 'it is read-only',
  hint: 'Make the file and its directory writable for the user that runs the relay.',
}
const CANNOT_OPEN = {
  text: 'it cannot be opened',
  hint: 'Check the path, and the permissions of the file and its directory.',
}

/** Reasons and hints by SQLite's primary result code. */
const REASONS: Readonly<Record<number, { readonly text: string; readonly hint: string }>> = {
  5: LOCKED,
  8: NOT_WRITABLE,
  10: { text: 'disk I/O error', hint: 'Nothing was changed; check the system log.' },
  11: { text: 'the file is damaged', hint: DAMAGED_HINT },
  13: FULL,
  14: CANNOT_OPEN,
  15: LOCKED,
  26: {
    text: 'it is not a database',
    hint: 'Nothing was changed; check the path.',
  },
}

/** SQLITE_IOERR_SHMSIZE: the shared-memory file could not grow because the disk is full. */
const IOERR_SHMSIZE = 4_874

/** SQLITE_CONSTRAINT_FOREIGNKEY: the row references a deleted user. */
const FOREIGN_KEY = 787

function resultCode(error: unknown): number {
  const code: unknown = codeOf(error) === 'ERR_SQLITE_ERROR' ? Reflect.get(Object(error), 'errcode') : null
  return typeof code === 'number' ? code : 0
}

/** True if a row references a deleted user. */
export function isSqliteOrphan(error: unknown): boolean {
  return resultCode(error) === FOREIGN_KEY
}

/** Maps SQLite and file system errors to AxisorError; returns any other error unchanged. */
export function sqliteError(error: unknown, path: string): unknown {
  if (error instanceof AxisorError) return error
  const code = resultCode(error)
  const reason = code === IOERR_SHMSIZE ? FULL : (REASONS[code & 0xff] ?? FILE_REASONS[codeOf(error)])
  if (reason === undefined) return error
  return new AxisorError('config', `cannot use the database ${path}: ${reason.text}`, {
    cause: error,
    hint: reason.hint,
  })
}

const DENIED = { text: 'permission denied', hint: NOT_WRITABLE.hint }

/** Reasons and hints by file system error code. */
const FILE_REASONS: Readonly<Record<string, { readonly text: string; readonly hint: string }>> = {
  EACCES: DENIED,
  EPERM: DENIED,
  EROFS: { text: 'the file system is read-only', hint: 'Choose another path with --database sqlite:PATH.' },
  ENOSPC: FULL,
  EDQUOT: { text: 'the disk quota is used up', hint: FULL.hint },
  EISDIR: { text: 'it is a directory', hint: CANNOT_OPEN.hint },
  ENOTDIR: { text: 'a part of the path is not a directory', hint: CANNOT_OPEN.hint },
  EEXIST: { text: 'a part of the path is not a directory', hint: CANNOT_OPEN.hint },
  ELOOP: { text: 'too many symbolic links', hint: CANNOT_OPEN.hint },
  ENOENT: { text: 'a part of the path does not exist', hint: CANNOT_OPEN.hint },
  ENAMETOOLONG: { text: 'the path is too long', hint: CANNOT_OPEN.hint },
}
