import { createReadStream, fstatSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { codeOf } from '../net/network-error.ts'

const CHUNK_BYTES = 64 * 1024

const POLL_MS = 20

/** For whoever writes into a pipe to come to an end. */
const PIPE_MS = 10_000

/**
 * All that a file has, which must have been opened with O_NONBLOCK: a pipe is waited for, but not for ever, and in a way that lets the
 * process end. Null for more than `mostBytes`, also of a device that never ends.
 * @throws whatever Node does
 */
export async function readWhole(
  file: FileHandle,
  mostBytes: number,
  pipeMs = PIPE_MS,
): Promise<Buffer | null> {
  const until = performance.now() + pipeMs
  const chunk = Buffer.alloc(CHUNK_BYTES)
  let whole = Buffer.alloc(0)
  while (whole.length <= mostBytes) {
    try {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, null)
      if (bytesRead === 0) return whole
      whole = Buffer.concat([whole, chunk.subarray(0, bytesRead)])
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN' || performance.now() > until) throw error
      await pause(POLL_MS)
    }
  }
  return null
}

/**
 * What comes from a descriptor, in pieces. Pipes are not read as files are: a read of a file that waits keeps the process from ending.
 * @throws as Node, when there is none of that number
 */
export function openDescriptor(fd: number): AsyncIterable<Buffer> {
  if (fd === 0) return process.stdin
  const status = fstatSync(fd)
  if (status.isFIFO() || status.isSocket()) return new Socket({ fd, readable: true, writable: false })
  return createReadStream('', { fd, autoClose: false })
}
