import { constants } from 'node:fs'
import { open, rm, stat } from 'node:fs/promises'
import { decodeText } from '../../domain/decode-text.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Files } from '../../ports/files.ts'
import { openDescriptor, readBounded } from './bounded-read.ts'
import { exists, reasonText, removeError, writeError } from './file-error.ts'
import { withLock } from './file-lock.ts'
import { isReadableByOthers, isWritableByOthers } from './foreign-access.ts'
import { replaceFile } from './replace-file.ts'
import { updateFile } from './update-file.ts'

/** Larger than any file that axisor reads, so that a wrong path cannot exhaust the memory. */
const MAX_BYTES = 1024 * 1024

function readError(path: string, error: unknown): AxisorError {
  return new AxisorError('config', `cannot read ${path}: ${reasonText(error)}`, {
    cause: error,
    hint: 'Correct its permissions, or move it away to use the defaults.',
  })
}

function sizeError(what: string): AxisorError {
  return new AxisorError('config', `cannot read ${what}: larger than 1 MiB`, { hint: 'Check the path.' })
}

async function readDescriptor(number: number): Promise<string> {
  let content = Buffer.alloc(0)
  try {
    for await (const chunk of openDescriptor(number)) {
      content = Buffer.concat([content, chunk])
      if (content.length > MAX_BYTES) throw sizeError(`descriptor ${number}`)
    }
    return decodeText(content)
  } catch (error) {
    if (error instanceof AxisorError) throw error
    throw new AxisorError('config', `cannot read descriptor ${number}: ${reasonText(error)}`, {
      cause: error,
      hint: `Redirect it when starting axisor: axisor … ${number}<file`,
    })
  }
}

/** Implements the `Files` port. Permissions are read from the open handle, so that the file cannot be swapped in between. */
export function openFiles(): Files {
  return {
    async read(path) {
      try {
        // Opening a pipe must not wait for its other end.
        await using file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
        const status = await file.stat()
        const content = await readBounded(file, MAX_BYTES)
        if (content === null) throw sizeError(path)
        return {
          text: decodeText(content),
          othersMayWrite: isWritableByOthers(status),
          othersMayRead: isReadableByOthers(status),
        }
      } catch (error) {
        if (error instanceof AxisorError) throw error
        if (!exists(error)) return null
        throw readError(path, error)
      }
    },
    exists: path =>
      stat(path).then(
        () => true,
        () => false,
      ),
    locked: (path, work) => withLock(path, work),
    update: updateFile,
    readDescriptor,
    async writePrivate(path, text) {
      try {
        await replaceFile(path, text)
      } catch (error) {
        throw writeError(path, error)
      }
    },
    async remove(path) {
      try {
        await rm(path)
        return true
      } catch (error) {
        if (!exists(error)) return false
        throw removeError(path, error)
      }
    },
  }
}
