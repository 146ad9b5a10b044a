import { randomBytes } from 'node:crypto'
import { link, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { AxisorError } from '../../domain/error.ts'
import { monotonicNow } from '../monotonic.ts'
import { codeOf } from '../net/network-error.ts'
import { exists, removeError, writeError } from './file-error.ts'
import { makeFolder } from './make-folder.ts'

const POLL_MS = 25

/** Ages at which a lock is stale: of a holder on another host, and of an empty lock whose creator was killed. */
const FOREIGN_LOCK_MS = 60_000
const UNNAMED_LOCK_MS = 5_000

/** The process that holds a lock. `started` tells apart processes with a reused pid; null where the system does not report it. */
interface Holder {
  readonly pid: number
  readonly started: string | null
  readonly host: string
}

async function startTimeOf(pid: number): Promise<string | null> {
  try {
    const line = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The program name is in parentheses and may contain anything; the start time is the 20th field after it.
    return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

function parseHolder(text: string): Holder | null {
  try {
    const value: unknown = JSON.parse(text)
    const { pid, started, host } = Object(value) as Record<string, unknown>
    if (typeof pid !== 'number' || !Number.isInteger(pid) || typeof host !== 'string') return null
    return { pid, host, started: typeof started === 'string' ? started : null }
  } catch {
    return null
  }
}

async function hasExited({ pid, started }: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) !== 'EPERM'
  }
  const currentStart = await startTimeOf(pid)
  return started !== null && currentStart !== null && started !== currentStart
}

/** True if the holder named in the lock has exited, or the lock is too old to have one. */
async function isStale(text: string, ageMs: number): Promise<boolean> {
  const holder = parseHolder(text)
  if (holder === null) return ageMs > UNNAMED_LOCK_MS
  return holder.host === hostname() ? hasExited(holder) : ageMs > FOREIGN_LOCK_MS
}

/** Removes a stale lock with this text. If another process replaced it just before, the new lock is put back. */
export async function breakLock(path: string, text: string): Promise<void> {
  const aside = `${path}.${randomBytes(4).toString('hex')}.stale`
  try {
    await rename(path, aside)
    if ((await readFile(aside, 'utf8')) !== text) await link(aside, path)
  } catch (error) {
    if (exists(error) && codeOf(error) !== 'EEXIST') throw error
  } finally {
    await rm(aside, { force: true })
  }
}

/** Creates the lock file; false if it already exists. */
async function createLockFile(path: string, holderText: string): Promise<boolean> {
  try {
    await using file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(holderText)
      return true
    } catch (error) {
      // On a full disk the file can be created but not written.
      await rm(path, { force: true })
      throw error
    }
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    return false
  }
}

async function tryAcquire(path: string, holderText: string): Promise<boolean> {
  if (await createLockFile(path, holderText)) return true
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)])
    if (!(await isStale(text, Date.now() - mtimeMs))) return false
    await breakLock(path, text)
  } catch (error) {
    if (exists(error)) throw error
  }
  return createLockFile(path, holderText)
}

/**
 * Runs `work` while holding a lock file, which excludes other processes and other callers of this one. The lock of a killed
 * process is broken.
 * @throws AxisorError `config` if the lock is not free within `waitMs`, or cannot be created or removed
 */
export async function withLock<T>(path: string, work: () => Promise<T>, waitMs = 10_000): Promise<T> {
  const holderText = JSON.stringify({
    pid: process.pid,
    started: await startTimeOf(process.pid),
    host: hostname(),
    turn: randomBytes(8).toString('hex'),
  })
  const until = monotonicNow() + waitMs
  try {
    await makeFolder(dirname(path))
    while (!(await tryAcquire(path, holderText))) {
      if (monotonicNow() > until)
        throw new AxisorError('config', `another axisor holds the lock ${path}`, {
          hint: 'Nothing was changed; try again, or remove that file if no other axisor is running.',
        })
      await pause(POLL_MS)
    }
  } catch (error) {
    throw writeError(path, error)
  }
  let result: T
  try {
    result = await work()
  } catch (error) {
    // The error of the work is the one to report.
    await rm(path, { force: true }).catch(() => {})
    throw error
  }
  try {
    await rm(path, { force: true })
  } catch (error) {
    throw removeError(path, error)
  }
  return result
}
