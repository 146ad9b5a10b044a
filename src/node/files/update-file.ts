import { randomInt } from 'node:crypto'
import * as fs from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { AxisorError } from '../../domain/error.ts'
import { monotonicNow } from '../monotonic.ts'
import { codeOf } from '../net/network-error.ts'
import { exists, writeError } from './file-error.ts'
import { makeFolder } from './make-folder.ts'

/** Larger than any shared file. */
const MAX_BYTES = 256 * 1024

/** A lock is held for less than a millisecond. If the same one is seen for this long, its holder was killed. */
const STALE_MS = 500

/** With one stale lock after the other, an update fails after this. */
const MAX_WAIT_MS = 1_250

const MAX_POLL_MS = 4

/** Files that no process has updated for this long are removed. */
const UNUSED_MS = 7 * 24 * 3_600_000

/** Runs an operation; null if the path does not exist. */
function unlessMissing<T>(operation: () => T): T | null {
  try {
    return operation()
  } catch (error) {
    if (exists(error)) throw error
    return null
  }
}

/** Reads the first line: a longer text from before is not cut off when a shorter one is written. */
function readLine(file: number): string {
  const { size } = fs.fstatSync(file)
  const content = Buffer.alloc(Math.min(size, MAX_BYTES))
  fs.readSync(file, content, 0, content.length, 0)
  const end = content.indexOf('\n')
  return content.toString('utf8', 0, end < 0 ? content.length : end)
}

/** Opens the lock file; null if it exists already. */
function openLock(path: string): number | null {
  try {
    return fs.openSync(path, 'wx', 0o600)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return null
    throw error
  }
}

/** Changes the file while the lock is held. It is written in place: a rename would make the file system write it to disk at once. */
function changeLocked(path: string, lock: number, change: (text: string | null) => string): void {
  const lockPath = `${path}.lock`
  try {
    const { O_CREAT, O_NOFOLLOW = 0, O_RDWR } = fs.constants
    const file = fs.openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600)
    try {
      const line = readLine(file)
      fs.writeSync(file, `${change(line === '' ? null : line)}\n`, 0)
    } finally {
      fs.closeSync(file)
    }
  } finally {
    const { ino } = fs.fstatSync(lock)
    // Another process may have taken it for a stale one.
    if (unlessMissing(() => fs.statSync(lockPath).ino) === ino) fs.rmSync(lockPath, { force: true })
    fs.closeSync(lock)
  }
}

/** Removes the files of a folder that are no longer used. */
async function removeUnused(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const status = await stat(path).catch(() => null)
    if (status?.isFile() && Date.now() - status.mtimeMs > UNUSED_MS) await rm(path, { force: true })
  }
}

/** Creates the folder of a file, and removes the unused files in it. */
async function prepareFolder(path: string): Promise<void> {
  const folder = dirname(path)
  await makeFolder(folder)
  await removeUnused(folder)
}

async function update(path: string, change: (text: string | null) => string): Promise<void> {
  const lockPath = `${path}.lock`
  const deadline = monotonicNow() + MAX_WAIT_MS
  let [seen, seenAt] = ['', 0]
  for (;;) {
    // A file system that hangs must not block the process: it is used synchronously only once it has answered.
    const status = await stat(path).catch(error => (exists(error) ? Promise.reject(error) : null))
    if (status === null) await prepareFolder(path)
    const lock = openLock(lockPath)
    if (lock !== null) return changeLocked(path, lock, change)
    const now = monotonicNow()
    if (now > deadline) throw new AxisorError('config', `cannot write ${path}: another axisor holds its lock`)
    const found = unlessMissing(() => fs.statSync(lockPath))
    const identity = found === null ? '' : `${found.ino} ${found.ctimeMs}`
    if (identity !== seen) [seen, seenAt] = [identity, now]
    else if (found !== null && now - seenAt > STALE_MS) fs.rmSync(lockPath, { force: true })
    await pause(1 + randomInt(MAX_POLL_MS))
  }
}

/**
 * Replaces the only line of a small file by what `change` returns for it, exclusively among all processes. Not flushed to disk: it may be
 * lost with the power.
 * @throws AxisorError `config` if the file cannot be written, or its lock is not free in time
 */
export async function updateFile(path: string, change: (text: string | null) => string): Promise<void> {
  try {
    await update(path, change)
  } catch (error) {
    if (!(error instanceof AxisorError) && codeOf(error) === '') throw error
    throw writeError(path, error)
  }
}
