import { closeSync, constants, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { AxisorError } from '../../domain/error.ts'
import { codeOf } from '../net/network-error.ts'

/** `AXRL` in ASCII: identifies a relay's database in the file header. */
const APPLICATION_ID = 0x4158_524c

/** How long to wait for a write lock of another process; one write takes far less. */
const BUSY_TIMEOUT_MS = 5_000

const OTHERS_READ_OR_WRITE = 0o066

/** Loads Node's SQLite. Suppresses only the ExperimentalWarning that older Node versions print while loading it. */
function loadSqlite(): typeof import('node:sqlite') {
  const { emitWarning } = process
  process.emitWarning = ((...args: unknown[]) => {
    const [text, kind] = args
    if (kind === 'ExperimentalWarning' && String(text).startsWith('SQLite ')) return
    Reflect.apply(emitWarning, process, args)
  }) as typeof emitWarning
  try {
    return process.getBuiltinModule('node:sqlite')
  } finally {
    process.emitWarning = emitWarning
  }
}

/** Creates the file with mode 0600 before SQLite does. SQLite gives its WAL and shared-memory files the same mode. */
function createPrivateFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  try {
    closeSync(openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o600))
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
  const status = statSync(path)
  if (status.isDirectory()) throw Object.assign(new Error('it is a directory'), { code: 'EISDIR' })
  if (process.platform === 'win32' || (status.mode & OTHERS_READ_OR_WRITE) === 0) return
  throw new AxisorError('config', `other users can read the database ${path}`, {
    hint: 'Run chmod 600 on it.',
  })
}

/** Rejects the database of another program before anything is written to it. */
function assertRelayDatabase(database: DatabaseSync, path: string): void {
  const id = database.prepare('PRAGMA application_id').get()?.application_id
  const tables = Number(database.prepare('SELECT count(*) AS tables FROM sqlite_master').get()?.tables)
  if (id === APPLICATION_ID || (id === 0 && tables === 0)) return
  throw new AxisorError('config', `${path} is a database of another program`, {
    hint: 'Choose another path with --database sqlite:PATH.',
  })
}

function assertIntact(database: DatabaseSync, path: string): void {
  const found = database.prepare('PRAGMA quick_check(1)').get()?.quick_check
  if (found === 'ok') return
  throw new AxisorError('config', `the database ${path} is damaged`, {
    hint: 'Stop the relay, keep a copy of the file, and restore a backup.',
  })
}

/**
 * Opens a relay's SQLite file. Creates it with mode 0600, and its directory with 0700, if missing. A write-ahead log lets a command
 * write while the relay reads; every commit is synced to disk. `maxPages` is for tests of a full disk.
 * @throws AxisorError `config` for a file of another program, a damaged file or one that others can read or write;
 * else the errors of SQLite and the file system
 */
export function openSqlite(path: string, maxPages: number | null = null): DatabaseSync {
  const { DatabaseSync: Database } = loadSqlite()
  createPrivateFile(path)
  const database = new Database(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true })
  try {
    assertRelayDatabase(database, path)
    assertIntact(database, path)
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF')
    if (maxPages !== null) database.exec(`PRAGMA max_page_count = ${maxPages}`)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Runs `work` in an immediate transaction, which excludes the writes of other processes. Rolls back if it throws. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    // On a full disk SQLite may have rolled back already.
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

/** Marks the file as a relay's database; runs in the transaction that creates the tables. */
export function setApplicationId(database: DatabaseSync): void {
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}`)
}
