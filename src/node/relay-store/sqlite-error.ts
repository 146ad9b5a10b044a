import { AxisorError } from '../../domain/error.ts'
import { codeOf } from '../net/network-error.ts'

const DAMAGED = 'Stop the relay, keep a copy of the file, and put a backup in its place.'
const FULL = {
  because: 'the disk is full',
  hint: 'Nothing was changed; free some space and try again.',
}
const HELD = {
  because: 'another program holds it',
  hint: 'Try again; see which program has it open if this lasts.',
}
const NOT_WRITABLE = {
  because: 'it can only be read',
  hint: 'Make the file and its folder writable for the user that runs the relay.',
}
const NOT_OPENED = {
  because: 'it cannot be opened',
  hint: 'Check the path, and the permissions of the file and its folder.',
}

/** What SQLite's primary result codes mean for a person. */
const REASONS: Readonly<Record<number, { readonly because: string; readonly hint: string }>> = {
  5: HELD,
  8: NOT_WRITABLE,
  10: { because: 'the disk failed', hint: 'Look at the system’s log; nothing was changed by this.' },
  11: { because: 'the file is damaged', hint: DAMAGED },
  13: FULL,
  14: NOT_OPENED,
  15: HELD,
  26: {
    because: 'it is not a database',
    hint: 'Check the path; the file was left as it is.',
  },
}

/** Growing the file beside the database that its users share: the disk was full. */
const IOERR_SHMSIZE = 4_874

/** Result code of a row that names a user who is gone. */
const FOREIGN_KEY = 787

function resultCode(error: unknown): number {
  const code: unknown = codeOf(error) === 'ERR_SQLITE_ERROR' ? Reflect.get(Object(error), 'errcode') : null
  return typeof code === 'number' ? code : 0
}

/** The row belongs to a user who is gone. */
export function isOrphan(error: unknown): boolean {
  return resultCode(error) === FOREIGN_KEY
}

/** An error of SQLite or of the file system as a failure that we can explain; a bug stays one. */
export function sqliteError(error: unknown, path: string): unknown {
  if (error instanceof AxisorError) return error
  const code = resultCode(error)
  const reason = code === IOERR_SHMSIZE ? FULL : (REASONS[code & 0xff] ?? REASONS_OF_FILES[codeOf(error)])
  if (reason === undefined) return error
  return new AxisorError('config', `cannot use the database ${path}: ${reason.because}`, {
    cause: error,
    hint: reason.hint,
  })
}

const DENIED = { because: 'permission denied', hint: NOT_WRITABLE.hint }

/** The same for making the file. */
const REASONS_OF_FILES: Readonly<Record<string, { readonly because: string; readonly hint: string }>> = {
  EACCES: DENIED,
  EPERM: DENIED,
  EROFS: { because: 'the disk can only be read', hint: 'Choose another path with --database sqlite:PATH.' },
  ENOSPC: FULL,
  EDQUOT: { because: 'the disk quota is used up', hint: FULL.hint },
  EISDIR: { because: 'it is a folder', hint: NOT_OPENED.hint },
  ENOTDIR: { because: 'a part of the path is a file', hint: NOT_OPENED.hint },
  EEXIST: { because: 'a part of the path is a file', hint: NOT_OPENED.hint },
  ELOOP: { because: 'too many symbolic links', hint: NOT_OPENED.hint },
  ENOENT: { because: 'a part of the path is missing', hint: NOT_OPENED.hint },
  ENAMETOOLONG: { because: 'the path is too long', hint: NOT_OPENED.hint },
}
