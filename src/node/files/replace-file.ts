import { randomBytes } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { type FileHandle, lstat, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AxisorError } from '../../domain/error.ts'
import { codeOf } from '../net/network-error.ts'
import { exists } from './file-error.ts'
import { makeFolder } from './make-folder.ts'

/** No write takes this long: an older draft was abandoned, even if its pid is in use again. */
const MAX_WRITE_MS = 3_600_000

const PRIVATE = 0o600

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

const OTHERS = 0o007
const OWNER_AND_GROUP_READ = 0o640

/** The mode of the new file: that of the old one without what a private file must not permit. */
function keptMode({ mode }: Stats): number {
  return (mode & OTHERS) === 0 ? (mode & OWNER_AND_GROUP_READ) | constants.S_IRUSR : PRIVATE
}

/**
 * Gives a draft the owner and mode of the file that it replaces: an administrator's command runs as root, and the program whose file it
 * is must be able to read it. Another user cannot give files away, and keeps the group only if it is one of its own.
 */
async function keepOwner(draft: FileHandle, before: Stats): Promise<void> {
  if (process.platform === 'win32') return
  const { uid, gid } = await draft.stat()
  let mode = keptMode(before)
  try {
    if (process.getuid?.() === 0) await draft.chown(before.uid, before.gid)
    else if (gid !== before.gid) await draft.chown(uid, before.gid)
  } catch (error) {
    if (codeOf(error) !== 'EPERM') throw error
    mode &= PRIVATE
  }
  await draft.chmod(mode)
}

/**
 * Replaces a file atomically, also if this process is killed meanwhile. A new file has mode 0600, a directory that must be created 0700.
 * A file that is replaced keeps its owner, and its mode without any access of others.
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
      await using file = await open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, PRIVATE)
      if (before !== null) await keepOwner(file, before)
      await file.writeFile(data)
      await file.sync()
    }
    await rename(draft, path)
  } finally {
    await rm(draft, { force: true })
  }
  await syncDirectory(directory)
}
