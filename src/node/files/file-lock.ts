import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { AxisorError } from '../../domain/error.ts'
import { codeOf } from '../net/network-error.ts'
import { exists, unwritable } from './file-error.ts'

const POLL_MS = 25

/** Of a lock whose holder can't be asked for, and of one that holds no name because its maker was killed at once. */
const FOREIGN_LOCK_MS = 60_000
const UNNAMED_LOCK_MS = 5_000

/** Who holds a lock. `started` tells a process from a later one of the same number, where the system says it. */
interface Holder {
  readonly pid: number
  readonly started: string | null
  readonly host: string
}

async function startOf(pid: number): Promise<string | null> {
  try {
    const line = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The name of the program is in brackets and may hold anything; the start is the 20th word after it.
    return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

function holderIn(text: string): Holder | null {
  try {
    const value: unknown = JSON.parse(text)
    const { pid, started, host } = Object(value) as Record<string, unknown>
    if (typeof pid !== 'number' || !Number.isInteger(pid) || typeof host !== 'string') return null
    return { pid, host, started: typeof started === 'string' ? started : null }
  } catch {
    return null
  }
}

async function isGone({ pid, started }: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) !== 'EPERM'
  }
  const now = await startOf(pid)
  return started !== null && now !== null && started !== now
}

/** Whether nobody holds a lock any more, of that text and age. */
async function isStale(text: string, ageMs: number): Promise<boolean> {
  const holder = holderIn(text)
  if (holder === null) return ageMs > UNNAMED_LOCK_MS
  return holder.host === hostname() ? isGone(holder) : ageMs > FOREIGN_LOCK_MS
}

/**
 * Takes a stale lock away. Another process may have done that just before, and have made its own: that one is put back, if it is what was
 * caught.
 */
export async function breakLock(path: string, text: string): Promise<void> {
  const caught = `${path}.${randomBytes(4).toString('hex')}.stale`
  try {
    await rename(path, caught)
    if ((await readFile(caught, 'utf8')) !== text) await link(caught, path)
  } catch (error) {
    if (exists(error) && codeOf(error) !== 'EEXIST') throw error
  } finally {
    await rm(caught, { force: true })
  }
}

/** Makes the lock file; false when there is one. */
async function make(path: string, me: string): Promise<boolean> {
  try {
    await using file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(me)
      return true
    } catch (error) {
      // A full disk has room for a file, but not for what is in it.
      await rm(path, { force: true })
      throw error
    }
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    return false
  }
}

async function take(path: string, me: string): Promise<boolean> {
  if (await make(path, me)) return true
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)])
    if (!(await isStale(text, Date.now() - mtimeMs))) return false
    await breakLock(path, text)
  } catch (error) {
    if (exists(error)) throw error
  }
  return make(path, me)
}

/**
 * Does something that nobody else may do at the same time, in this process or in another. A holder that was killed is noticed.
 * @throws AxisorError config, when the lock is not free within `waitMs`, or can't be made
 */
export async function withLock<T>(path: string, work: () => Promise<T>, waitMs = 10_000): Promise<T> {
  const me = JSON.stringify({
    pid: process.pid,
    started: await startOf(process.pid),
    host: hostname(),
    turn: randomBytes(8).toString('hex'),
  })
  const until = performance.now() + waitMs
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    while (!(await take(path, me))) {
      if (performance.now() > until)
        throw new AxisorError('config', `another axisor is writing, or was: ${path} is held`, {
          hint: 'Nothing was changed; try again, and if nobody else is at work, remove that file.',
        })
      await pause(POLL_MS)
    }
  } catch (error) {
    throw unwritable(path, error)
  }
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}
