import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AxisorError } from '../domain/error.ts'
import { codeOf } from './network-error.ts'

/** Whoever holds a lock reads and writes one small file meanwhile. */
const PATIENCE_MS = 5_000
const PAUSE_MS = 25

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** True when the lock is ours now. */
async function take(path: string): Promise<boolean> {
  try {
    await using file = await open(path, 'wx', 0o600)
    await file.writeFile(String(process.pid))
    return true
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    return false
  }
}

/** Takes away the lock of a process that was killed; one whose number has not been written yet is left alone. */
async function clear(path: string): Promise<void> {
  const pid = Number(await readFile(path, 'utf8').catch(() => ''))
  if (pid > 0 && !isRunning(pid)) await rm(path, { force: true })
}

/**
 * Does some work while no other process does work under the same lock; a process that ends meanwhile gives it back.
 * @throws AxisorError config, when somebody else keeps it
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  for (let waited = 0; !(await take(path)); waited += PAUSE_MS) {
    if (waited >= PATIENCE_MS)
      throw new AxisorError('config', `${path} is held by another axisor`, {
        hint: 'Wait for it to end, or remove that file if none is running.',
      })
    await clear(path)
    await sleep(PAUSE_MS)
  }
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}
