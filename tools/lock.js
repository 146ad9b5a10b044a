import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

const TOUCH_MS = 5_000
const ABANDONED_MS = 30_000

/**
 * Runs `work` while holding a lock file. Calls `onWait` once if another process holds it.
 * The lock of a killed process is broken: at once if it ran on this machine, otherwise after 30 s.
 */
export async function withLock(file, onWait, work) {
  mkdirSync(new URL('.', file), { recursive: true })
  let hasWaited = false
  while (!tryLock(file)) {
    if (isAbandoned(file)) {
      breakLock(file)
      continue
    }
    if (!hasWaited) onWait()
    hasWaited = true
    await sleep(200)
  }
  const touching = setInterval(() => touch(file), TOUCH_MS)
  try {
    return await work()
  } finally {
    clearInterval(touching)
    rmSync(file, { force: true })
  }
}

/** Creates the lock by linking a finished file, so that a lock always names its owner. */
function tryLock(file) {
  const draft = new URL(`${file}.${process.pid}`)
  writeFileSync(draft, JSON.stringify({ host: hostname(), pid: process.pid }))
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

function isAbandoned(file) {
  try {
    const owner = JSON.parse(readFileSync(file, 'utf8'))
    if (owner.host === hostname() && !isAlive(owner.pid)) return true
    return Date.now() - statSync(file).mtimeMs > ABANDONED_MS
  } catch {
    return false
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Removes an abandoned lock by renaming it, which succeeds for one process only. A lock that turns out to be fresh is put back. */
function breakLock(file) {
  const aside = new URL(`${file}.aside.${process.pid}`)
  try {
    renameSync(file, aside)
    if (!isAbandoned(aside)) linkSync(aside, file)
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

function touch(file) {
  try {
    const now = new Date()
    utimesSync(file, now, now)
  } catch {
    // The lock was removed by hand; the work continues.
  }
}
