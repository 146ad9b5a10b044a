import { AxisorError } from '../../domain/error.ts'
import { codeOf } from '../net/network-error.ts'

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
  ELOOP: 'too many symbolic links',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EIO: 'disk I/O error',
  ENOTDIR: 'a part of the path is not a directory',
  EEXIST: 'a part of the path is not a directory',
  EAGAIN: 'the writer of the pipe did not close it in time',
  EBADF: 'it is not open',
  ENOENT: 'its directory cannot be created',
  ENAMETOOLONG: 'the name is too long',
}

/** The reason of a file system error as text. */
export function reasonText(error: unknown): string {
  const code = codeOf(error)
  return REASONS[code] ?? (code || 'unknown reason')
}

/** False if the error means that there is no such file. */
export function exists(error: unknown): boolean {
  return codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR'
}

/** Error for a file that could not be written; its previous content is unchanged. */
export function writeError(path: string, error: unknown): AxisorError {
  if (error instanceof AxisorError) return error
  return new AxisorError('config', `cannot write ${path}: ${reasonText(error)}`, {
    cause: error,
    hint: 'Nothing was changed; check the disk and the permissions of the directory.',
  })
}

/** Error for a file that could not be removed. */
export function removeError(path: string, error: unknown): AxisorError {
  return new AxisorError('config', `cannot remove ${path}: ${reasonText(error)}`, {
    cause: error,
    hint: 'Check the permissions of its directory.',
  })
}
