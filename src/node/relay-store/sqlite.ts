import { closeSync, constants, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { AxisorError } from '../../domain/error.ts'
import { codeOf } from '../net/network-error.ts'

/** `AXRL`: by this number in its header SQLite tells a relay's database from those of other programs. */
const APPLICATION_ID = 0x4158_524c

/** How long to wait for another process that writes; each write takes far less. */
const BUSY_MS = 5_000

const OTHERS_READ_OR_WRITE = 0o066

/**
 * Node's own SQLite. Before it was declared stable, Node said so on stderr when it was loaded; that one sentence is left out
 * while it loads, and no other.
 */
function loadSqlite(): typeof import('node:sqlite') {
  const { emitWarning } = process
  process.emitWarning = ((...said: unknown[]) => {
    const [text, kind] = said
    if (kind === 'ExperimentalWarning' && String(text).startsWith('SQLite ')) return
    Reflect.apply(emitWarning, process, said)
  }) as typeof emitWarning
  try {
    return process.getBuiltinModule('node:sqlite')
  } finally {
    process.emitWarning = emitWarning
  }
}

/** Makes the file before SQLite would, which doesn't ask who may read it. Files beside it get the same rights from SQLite. */
function makePrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  try {
    closeSync(openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o600))
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
  const status = statSync(path)
  if (status.isDirectory()) throw Object.assign(new Error('folder'), { code: 'EISDIR' })
  if (process.platform === 'win32' || (status.mode & OTHERS_READ_OR_WRITE) === 0) return
  throw new AxisorError('config', `others may read the database ${path}`, { hint: 'Run chmod 600 on it.' })
}

/** Refuses what another program made, before anything is written to it. */
function refuseForeign(database: DatabaseSync, path: string): void {
  const id = database.prepare('PRAGMA application_id').get()?.application_id
  const tables = Number(database.prepare('SELECT count(*) AS tables FROM sqlite_master').get()?.tables)
  if (id === APPLICATION_ID || (id === 0 && tables === 0)) return
  throw new AxisorError('config', `${path} is the database of another program`, {
    hint: 'Choose another path with --database sqlite:PATH.',
  })
}

function refuseDamaged(database: DatabaseSync, path: string): void {
  const found = database.prepare('PRAGMA quick_check(1)').get()?.quick_check
  if (found === 'ok') return
  throw new AxisorError('config', `the database ${path} is damaged`, {
    hint: 'Stop the relay, keep a copy of the file, and put a backup in its place.',
  })
}

/**
 * Opens a relay's SQLite file, 0600 in a folder 0700 where they have to be made. Write-ahead log, so that a command can write while the relay
 * reads; every commit reaches the disk. `mostPages` is for tests of a full disk.
 * @throws what SQLite and the file system throw, and AxisorError config for a file that is not a relay's, or that others may read
 */
export function openSqlite(path: string, mostPages: number | null = null): DatabaseSync {
  const { DatabaseSync: Database } = loadSqlite()
  makePrivate(path)
  const database = new Database(path, { timeout: BUSY_MS, enableForeignKeyConstraints: true })
  try {
    refuseForeign(database, path)
    refuseDamaged(database, path)
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF')
    if (mostPages !== null) database.exec(`PRAGMA max_page_count = ${mostPages}`)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Runs all or nothing; only one process at a time gets so far. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    // A full disk can have ended the transaction already.
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

/** Marks the file as a relay's; part of the transaction that makes the tables. */
export function markOurs(database: DatabaseSync): void {
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}`)
}
