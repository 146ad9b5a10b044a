import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { AxisorError } from '../../domain/error.ts'
import { exists, reasonText } from '../files/file-error.ts'
import { codeOf } from '../net/network-error.ts'

/** Far larger than any credential file of axisor. */
const MAX_BYTES = 64 * 1024

const GROUP_OR_OTHERS = 0o077

function credentialFileError(path: string, why: string, hint: string, cause?: unknown): AxisorError {
  return new AxisorError('no-credentials', `${path} ${why}`, { hint, cause })
}

/**
 * Reads a file that only this user can access; null if it does not exist. Checks the handle that it reads from, so that the file
 * cannot be swapped in between.
 * @throws AxisorError `no-credentials` for a symbolic link, a file of another user, one that others can access, or an unreadable one
 */
export async function readPrivateFile(path: string): Promise<Buffer | null> {
  const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY } = constants
  try {
    await using file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    const { mode, size, uid } = { ...(await file.stat()) }
    if ((mode & constants.S_IFMT) !== constants.S_IFREG)
      throw credentialFileError(path, 'is not a regular file', 'Remove it.')
    if (process.platform !== 'win32') {
      const ownUid = process.getuid?.() ?? uid
      if (uid !== ownUid && ownUid !== 0)
        throw credentialFileError(path, 'belongs to another user', 'Remove it and log in again.')
      if ((mode & GROUP_OR_OTHERS) !== 0)
        throw credentialFileError(
          path,
          'is accessible to other users',
          'Run chmod 600 on it. If another user may have read it, create a new key at the exchange and log in again.',
        )
    }
    if (size > MAX_BYTES) throw credentialFileError(path, 'is too large', 'Remove it and log in again.')
    return await file.readFile()
  } catch (error) {
    if (error instanceof AxisorError) throw error
    if (!exists(error)) return null
    if (codeOf(error) === 'ELOOP')
      throw credentialFileError(
        path,
        'is a symbolic link',
        'Replace it with the file itself, or remove it and log in again.',
      )
    throw credentialFileError(path, `cannot be read: ${reasonText(error)}`, 'Correct its permissions.', error)
  }
}
