import { randomBytes } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { lstat, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AxisorError } from '../../domain/error.ts'
import { exists } from './file-error.ts'
import { makeFolder } from './make-folder.ts'

/** No write takes this long: an older draft was abandoned, even if its pid is in use again. */
const MAX_WRITE_MS = 3_600_000

/** Suffix of a draft's file name: pid and a random part. */
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

/** Removes the drafts of killed writers. */
async function removeStaleDrafts(path: string): Promise<void> {
  const directory = dirname(path)
  const name = basename(path)
  for (const entry of await readdir(directory)) {
    const pid = entry.startsWith(name) ? DRAFT.exec(entry.slice(name.length))?.[1] : undefined
    if (pid === undefined) continue
    const draft = join(directory, entry)
    const status = await statusOf(draft)
    const isOld = status !== null && Date.now() - status.mtimeMs > MAX_WRITE_MS
    if (isOld || !isAlive(Number(pid))) await rm(draft, { force: true })
  }
}

/** Flushes the entries of a directory to disk, so that they survive a power loss. */
export async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot sync a directory.
  if (process.platform === 'win32') return
  await using opened = await open(directory, constants.O_RDONLY)
  await opened.sync()
}

/**
 * Replaces a file atomically, also if this process is killed meanwhile. The file has mode 0600, a directory that must be created 0700.
 * With concurrent writers the last rename wins.
 * @throws AxisorError `config` if the path is a symbolic link or a directory; else the error of Node
 */
export async function replaceFile(path: string, data: string | Uint8Array): Promise<void> {
  const directory = dirname(path)
  await makeFolder(directory)
  const before = await statusOf(path)
  if (before !== null && !before.isFile())
    throw new AxisorError('config', `cannot write ${path}: it is a symbolic link or a directory`, {
      hint: 'Nothing was changed; remove the link or directory.',
    })
  await removeStaleDrafts(path)
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
  await syncDirectory(directory)
}
