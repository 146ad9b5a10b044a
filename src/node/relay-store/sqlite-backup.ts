import {
  chownSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { AxisorError } from '../../domain/error.ts'
import type { OpenedRelayStore, RelayBackups } from '../../ports/relay-store.ts'
import { asideName, replaceDatabase } from '../database/set-aside.ts'
import { isDamage, isFull, sqliteError } from '../database/sqlite-error.ts'
import { openUnmigrated, releaseSqlite } from '../database/sqlite-maintenance.ts'
import { exists, writeError } from '../files/file-error.ts'
import { makeFolderSync } from '../files/make-folder.ts'
import { RELAY_DATABASE } from './relay-database.ts'
import { openSqliteRelayStore } from './sqlite-store.ts'

function sync(path: string): void {
  const descriptor = openSync(path, constants.O_RDONLY)
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Copies a database into a new private file, complete or not at all. SQLite reads it in one transaction, so that a relay may write
 * meanwhile; deleted rows are not copied.
 */
function copySqlite(from: string, to: string): number {
  const { database, version } = openUnmigrated(from, RELAY_DATABASE)
  try {
    closeSync(openSync(to, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600))
    database.prepare('VACUUM INTO ?').run(to)
    sync(to)
    return version
  } finally {
    database.close()
  }
}

function removeDraft(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true })
}

function backUp(path: string, file: string): number {
  if (existsSync(file))
    throw new AxisorError('usage', `${file} exists already`, { hint: 'Choose another name for the backup.' })
  const draft = `${file}.partial`
  try {
    removeDraft(draft)
    const version = copySqlite(path, draft)
    renameSync(draft, file)
    sync(dirname(file))
    return version
  } catch (error) {
    removeDraft(draft)
    throw error
  }
}

/** Gives a new file the owner of the replaced one, or of the folder. Only root can do so, and only root needs to. */
function keepOwner(draft: string, path: string): void {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = statSync(existsSync(path) ? path : dirname(path))
  chownSync(draft, uid, gid)
}

/** Puts a checked draft in the place of the database, unless a relay has that open; returns the name of the replaced file. */
function putInPlace(path: string, draft: string, nowMs: number): string | null {
  keepOwner(draft, path)
  if (!existsSync(path)) {
    renameSync(draft, path)
    sync(dirname(path))
    return null
  }
  const previous = asideName(path, 'replaced', nowMs)
  let release = () => {}
  try {
    release = releaseSqlite(path, RELAY_DATABASE)
  } catch (error) {
    // A damaged database is why one restores a backup.
    if (!isDamage(error)) throw error
  }
  try {
    replaceDatabase(path, draft, previous)
    sync(dirname(path))
  } finally {
    release()
  }
  return previous
}

async function restore(
  path: string,
  file: string,
  verify: (opened: OpenedRelayStore) => Promise<void>,
  nowMs: number,
): Promise<string | null> {
  const draft = `${path}.restoring`
  try {
    makeFolderSync(dirname(path))
    removeDraft(draft)
    copySqlite(file, draft)
    // Migrates the draft; the backup stays as it is.
    const opened = openSqliteRelayStore(draft, { use: 'create' })
    try {
      await verify({ ...opened, shown: file })
    } finally {
      await opened.store.close()
    }
    return putInPlace(path, draft, nowMs)
  } catch (error) {
    removeDraft(draft)
    throw error
  }
}

/** Backups of the database in an SQLite file. */
export function sqliteBackups(path: string, now: () => number = Date.now): RelayBackups {
  const mapped = (error: unknown, place: string) => {
    const known = sqliteError(error, place, RELAY_DATABASE)
    return known instanceof AxisorError || !exists(error) ? known : writeError(place, error)
  }
  return {
    shown: path,
    async backUp(file) {
      try {
        return backUp(path, file)
      } catch (error) {
        const isOfCopy =
          isFull(error) || (error instanceof Error && Reflect.get(error, 'path') === `${file}.partial`)
        throw mapped(error, isOfCopy ? file : path)
      }
    },
    async restore(file, verify) {
      try {
        return await restore(path, file, verify, now())
      } catch (error) {
        // The backup itself is only read.
        throw mapped(error, isFull(error) ? path : file)
      }
    },
  }
}
