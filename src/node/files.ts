import { open } from 'node:fs/promises'
import { AxisorError } from '../domain/error.ts'
import type { Files } from '../ports/files.ts'
import { codeOf } from './network-error.ts'

/** More than any file that axisor reads: a mistaken path must not fill the memory. */
const MOST_BYTES = 1024 * 1024

const GROUP_OR_OTHERS_WRITE = 0o022

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ELOOP: 'too many symbolic links',
}

function unreadable(path: string, error: unknown): AxisorError {
  const code = codeOf(error)
  return new AxisorError('config', `cannot read ${path}: ${REASONS[code] ?? (code || 'unknown reason')}`, {
    cause: error,
    hint: 'Correct its permissions, or move it away to run with the defaults.',
  })
}

/** Files of this machine. Rights are those of the file itself, as the open handle tells them. */
export function openFiles(): Files {
  return {
    async read(path) {
      try {
        await using file = await open(path, 'r')
        const { mode, size } = await file.stat()
        if (size > MOST_BYTES)
          throw new AxisorError('config', `cannot read ${path}: larger than 1 MiB`, {
            hint: 'Check the path.',
          })
        const othersMayWrite = process.platform !== 'win32' && (mode & GROUP_OR_OTHERS_WRITE) !== 0
        return { text: await file.readFile('utf8'), othersMayWrite }
      } catch (error) {
        if (error instanceof AxisorError) throw error
        if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null
        throw unreadable(path, error)
      }
    },
  }
}
