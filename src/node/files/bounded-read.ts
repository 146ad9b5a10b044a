import { createReadStream, fstatSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { monotonicNow } from '../monotonic.ts'
import { codeOf } from '../net/network-error.ts'

const CHUNK_BYTES = 64 * 1024

const POLL_MS = 20

/** How long the writer of a pipe may take to close it. */
const PIPE_TIMEOUT_MS = 10_000

/**
 * Reads a file to its end; null if it is larger than `maxBytes` (an endless device too). The file must be opened with O_NONBLOCK:
 * a pipe is polled for `pipeTimeoutMs`, so that the process can exit meanwhile.
 * @throws the error of Node; EAGAIN if the writer of a pipe has not closed it in time
 */
export async function readBounded(
  file: FileHandle,
  maxBytes: number,
  pipeTimeoutMs = PIPE_TIMEOUT_MS,
): Promise<Buffer | null> {
  const deadline = monotonicNow() + pipeTimeoutMs
  const chunk = Buffer.alloc(CHUNK_BYTES)
  let content = Buffer.alloc(0)
  while (content.length <= maxBytes) {
    try {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, null)
      if (bytesRead === 0) return content
      content = Buffer.concat([content, chunk.subarray(0, bytesRead)])
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN' || monotonicNow() > deadline) throw error
      await pause(POLL_MS)
    }
  }
  return null
}

/**
 * Returns the content of an inherited descriptor as a stream. Pipes are read as sockets: a blocked file read would keep the process
 * from exiting.
 * @throws the error of Node if the descriptor is not open
 */
export function openDescriptor(fd: number): AsyncIterable<Buffer> {
  if (fd === 0) return process.stdin
  const status = fstatSync(fd)
  if (status.isFIFO() || status.isSocket()) return new Socket({ fd, readable: true, writable: false })
  return createReadStream('', { fd, autoClose: false })
}
