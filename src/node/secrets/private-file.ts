import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { AxisorError } from '../../domain/error.ts'
import { exists, reasonText } from '../files/file-error.ts'
import { codeOf } from '../net/network-error.ts'

/** Far more than any file of ours with a secret in it. */
const MAX_BYTES = 64 * 1024

const GROUP_OR_OTHERS = 0o077

function refused(path: string, why: string, hint: string, cause?: unknown): AxisorError {
  return new AxisorError('no-credentials', `${path} ${why}`, { hint, cause })
}

/**
 * The bytes of a file that this user alone may touch; null when there is none. Looks at the handle that it reads from, so that nobody can
 * put another file there in between.
 * @throws AxisorError no-credentials, for a link, a file of somebody else or one that others may use, or one that can't be read
 */
export async function readPrivateFile(path: string): Promise<Buffer | null> {
  const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY } = constants
  try {
    await using file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    const { mode, size, uid } = { ...(await file.stat()) }
    if ((mode & constants.S_IFMT) !== constants.S_IFREG) throw refused(path, 'is not a file', 'Take it away.')
    if (process.platform !== 'win32') {
      const we = process.getuid?.() ?? uid
      if (uid !== we && we !== 0)
        throw refused(path, 'belongs to another user', 'Take it away, and log in again.')
      if ((mode & GROUP_OR_OTHERS) !== 0)
        throw refused(
          path,
          'is open to other users',
          'If nobody can have read or changed it, run chmod 600 on it; else make a new key at the exchange and log in again.',
        )
    }
    if (size > MAX_BYTES) throw refused(path, 'is far too large', 'Take it away, and log in again.')
    return await file.readFile()
  } catch (error) {
    if (error instanceof AxisorError) throw error
    if (!exists(error)) return null
    if (codeOf(error) === 'ELOOP')
      throw refused(
        path,
        'is a symbolic link',
        'Put the file itself there, or log in again after taking it away.',
      )
    throw refused(path, `can’t be read: ${reasonText(error)}`, 'Correct its permissions.', error)
  }
}
