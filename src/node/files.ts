import { constants, createReadStream, type Stats } from 'node:fs'
import { lstat, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AxisorError } from '../domain/error.ts'
import type { Files } from '../ports/files.ts'
import { withLock } from './file-lock.ts'
import { codeOf } from './network-error.ts'

/** More than any file that axisor reads: a mistaken path must not fill the memory. */
const MOST_BYTES = 1024 * 1024

const GROUP_OR_OTHERS_WRITE = 0o022
const GROUP_OR_OTHERS_READ = 0o044

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
}

function because(error: unknown): string {
  const code = codeOf(error)
  return REASONS[code] ?? (code || 'unknown reason')
}

function unreadable(path: string, error: unknown): AxisorError {
  return new AxisorError('config', `cannot read ${path}: ${because(error)}`, {
    cause: error,
    hint: 'Correct its permissions, or move it away to run with the defaults.',
  })
}

function unwritable(path: string, error: unknown): AxisorError {
  return new AxisorError('config', `cannot write ${path}: ${because(error)}`, {
    cause: error,
    hint: 'Nothing was changed; check the disk and the permissions of the folder.',
  })
}

function isThere(error: unknown): boolean {
  return codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR'
}

async function statusOf(path: string): Promise<Stats | null> {
  try {
    return await lstat(path)
  } catch (error) {
    if (isThere(error)) throw error
    return null
  }
}

/** Writes beside the file and renames, so that a crash leaves the old file or the new one. */
async function replace(path: string, text: string): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const before = await statusOf(path)
  if (before !== null && !before.isFile())
    throw new AxisorError('config', `cannot write ${path}: it is not a file of its own`, {
      hint: 'Nothing was changed; take the link or folder away.',
    })
  const draft = `${path}.${process.pid}.new`
  try {
    const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants
    await rm(draft, { force: true })
    {
      await using file = await open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
      await file.writeFile(text, 'utf8')
      await file.sync()
    }
    await rename(draft, path)
  } finally {
    await rm(draft, { force: true })
  }
  await using opened = await open(folder, constants.O_RDONLY)
  await opened.sync()
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
        const hasRights = process.platform !== 'win32'
        return {
          text: await file.readFile('utf8'),
          othersMayWrite: hasRights && (mode & GROUP_OR_OTHERS_WRITE) !== 0,
          othersMayRead: hasRights && (mode & GROUP_OR_OTHERS_READ) !== 0,
        }
      } catch (error) {
        if (error instanceof AxisorError) throw error
        if (!isThere(error)) return null
        throw unreadable(path, error)
      }
    },
    async locked(path, work) {
      try {
        return await withLock(path, work)
      } catch (error) {
        throw codeOf(error) in REASONS ? unwritable(path, error) : error
      }
    },
    async readDescriptor(number) {
      try {
        let text = ''
        const stream = createReadStream('', { fd: number, autoClose: false, encoding: 'utf8' })
        for await (const chunk of stream) {
          text += chunk
          if (text.length > MOST_BYTES) break
        }
        return text
      } catch (error) {
        throw new AxisorError('config', `cannot read descriptor ${number}: ${because(error)}`, {
          cause: error,
          hint: `Open it where axisor is started, as in: axisor … ${number}<file`,
        })
      }
    },
    async writePrivate(path, text) {
      try {
        await replace(path, text)
      } catch (error) {
        throw error instanceof AxisorError ? error : unwritable(path, error)
      }
    },
    async remove(path) {
      try {
        await rm(path)
        return true
      } catch (error) {
        if (!isThere(error)) return false
        throw new AxisorError('config', `cannot remove ${path}: ${because(error)}`, {
          cause: error,
          hint: 'Check the permissions of its folder.',
        })
      }
    },
  }
}
