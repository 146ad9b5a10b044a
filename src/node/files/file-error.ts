import { AxisorError } from '../../domain/error.ts'
import { codeOf } from '../net/network-error.ts'

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ELOOP: 'too many symbolic links',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the disk can only be read',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'a part of the path is a file',
  EAGAIN: 'nobody has written it to its end in time',
  EBADF: 'it is not open',
  ENAMETOOLONG: 'the name is too long',
}

/** What kept a file from being used, in words. */
export function reasonText(error: unknown): string {
  const code = codeOf(error)
  return REASONS[code] ?? (code || 'unknown reason')
}

/** True unless the error says that there is no such file. */
export function exists(error: unknown): boolean {
  return codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR'
}

/** A file that could not be written. What was there before is still there. */
export function unwritable(path: string, error: unknown): AxisorError {
  if (error instanceof AxisorError) return error
  return new AxisorError('config', `cannot write ${path}: ${reasonText(error)}`, {
    cause: error,
    hint: 'Nothing was changed; check the disk and the permissions of the folder.',
  })
}

/** A file that could not be taken away. */
export function unremovable(path: string, error: unknown): AxisorError {
  return new AxisorError('config', `cannot remove ${path}: ${reasonText(error)}`, {
    cause: error,
    hint: 'Check the permissions of its folder.',
  })
}
