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
 * Does `work` while no other process that asks for the same lock file does. `onWait` is told once when it must wait.
 * The lock of a process that was killed is taken over: at once if it ran on this machine, else after half a minute.
 */
export async function withLock(file, onWait, work) {
  mkdirSync(new URL('.', file), { recursive: true })
  let told = false
  while (!tryLock(file)) {
    if (isAbandoned(file)) {
      takeAway(file)
      continue
    }
    if (!told) onWait()
    told = true
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

/** A link is made whole or not at all, so nobody ever reads a lock without its owner's name. */
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

/** By renaming, which only one of several can do; who moved a lock that was fresh after all puts it back. */
function takeAway(file) {
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
    // Someone removed the lock by hand; the work goes on.
  }
}
