import { constants } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { AxisorError } from '../../domain/error.ts'
import type { Files } from '../../ports/files.ts'
import { openDescriptor, readWhole } from './bounded-read.ts'
import { exists, reasonText, unremovable, unwritable } from './file-error.ts'
import { withLock } from './file-lock.ts'
import { replaceFile } from './replace-file.ts'

/** More than any file that axisor reads: a mistaken path must not fill the memory. */
const MAX_BYTES = 1024 * 1024

const GROUP_OR_OTHERS_WRITE = 0o022
const GROUP_OR_OTHERS_READ = 0o044

/** Whoever owns a file may write it. That of root is trusted, and root trusts all. */
function isOfAnother(uid: number): boolean {
  const we = process.getuid?.() ?? uid
  return uid !== we && uid !== 0 && we !== 0
}

function unreadable(path: string, error: unknown): AxisorError {
  return new AxisorError('config', `cannot read ${path}: ${reasonText(error)}`, {
    cause: error,
    hint: 'Correct its permissions, or move it away to run with the defaults.',
  })
}

function tooLarge(what: string): AxisorError {
  return new AxisorError('config', `cannot read ${what}: larger than 1 MiB`, { hint: 'Check the path.' })
}

async function readDescriptor(number: number): Promise<string> {
  let whole = Buffer.alloc(0)
  try {
    for await (const chunk of openDescriptor(number)) {
      whole = Buffer.concat([whole, chunk])
      if (whole.length > MAX_BYTES) throw tooLarge(`descriptor ${number}`)
    }
    return whole.toString('utf8')
  } catch (error) {
    if (error instanceof AxisorError) throw error
    throw new AxisorError('config', `cannot read descriptor ${number}: ${reasonText(error)}`, {
      cause: error,
      hint: `Open it where axisor is started, as in: axisor … ${number}<file`,
    })
  }
}

/** Files of this machine. Rights are those of the file itself, as the open handle tells them. */
export function openFiles(): Files {
  return {
    async read(path) {
      try {
        // Opening a pipe must not wait for its other end.
        await using file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
        const { mode, uid } = await file.stat()
        const whole = await readWhole(file, MAX_BYTES)
        if (whole === null) throw tooLarge(path)
        const hasRights = process.platform !== 'win32'
        return {
          text: whole.toString('utf8'),
          othersMayWrite: hasRights && ((mode & GROUP_OR_OTHERS_WRITE) !== 0 || isOfAnother(uid)),
          othersMayRead: hasRights && (mode & GROUP_OR_OTHERS_READ) !== 0,
        }
      } catch (error) {
        if (error instanceof AxisorError) throw error
        if (!exists(error)) return null
        throw unreadable(path, error)
      }
    },
    locked: (path, work) => withLock(path, work),
    readDescriptor,
    async writePrivate(path, text) {
      try {
        await replaceFile(path, text)
      } catch (error) {
        throw unwritable(path, error)
      }
    },
    async remove(path) {
      try {
        await rm(path)
        return true
      } catch (error) {
        if (!exists(error)) return false
        throw unremovable(path, error)
      }
    },
  }
}
