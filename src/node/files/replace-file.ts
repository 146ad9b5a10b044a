import { randomBytes } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AxisorError } from '../../domain/error.ts'
import { exists } from './file-error.ts'

/** No write takes so long: a draft of that age was left behind, whoever has its process number now. */
const MAX_WRITE_MS = 3_600_000

/** What follows the name of the file in the name of a draft. */
const DRAFT = /^\.(\d+)-[0-9a-f]{8}\.new$/

async function statusOf(path: string): Promise<Stats | null> {
  try {
    return await lstat(path)
  } catch (error) {
    if (exists(error)) throw error
    return null
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return Reflect.get(Object(error), 'code') === 'EPERM'
  }
}

/** Takes away the drafts of writers that were killed. */
async function sweep(path: string): Promise<void> {
  const folder = dirname(path)
  const name = basename(path)
  for (const entry of await readdir(folder)) {
    const pid = entry.startsWith(name) ? DRAFT.exec(entry.slice(name.length))?.[1] : undefined
    if (pid === undefined) continue
    const draft = join(folder, entry)
    const status = await statusOf(draft)
    const isOld = status !== null && Date.now() - status.mtimeMs > MAX_WRITE_MS
    if (isOld || !isAlive(Number(pid))) await rm(draft, { force: true })
  }
}

/** Makes what happened to the entries of a folder outlast a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows has no such thing.
  if (process.platform === 'win32') return
  await using opened = await open(folder, constants.O_RDONLY)
  await opened.sync()
}

/**
 * Replaces the whole of a file, or leaves it as it was, also when this process is killed in between. Only this user may read and write
 * it (0600), and the folder where it has to be made (0700). Of two writers at once, one has the last word. What is thrown is Node's own,
 * but for a link or folder in its place.
 */
export async function replaceFile(path: string, data: string | Uint8Array): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const before = await statusOf(path)
  if (before !== null && !before.isFile())
    throw new AxisorError('config', `cannot write ${path}: it is not a file of its own`, {
      hint: 'Nothing was changed; take the link or folder away.',
    })
  await sweep(path)
  const draft = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.new`
  try {
    const { O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_WRONLY } = constants
    {
      await using file = await open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
      await file.writeFile(data)
      await file.sync()
    }
    await rename(draft, path)
  } finally {
    await rm(draft, { force: true })
  }
  await syncFolder(folder)
}
