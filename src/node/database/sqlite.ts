import { closeSync, constants, openSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { makeFolderSync } from '../files/make-folder.ts'
import { monotonicNow } from '../monotonic.ts'
import { codeOf } from '../net/network-error.ts'
import { loadSqlite } from './load-sqlite.ts'
import { migrationSql, requireMigrated, stepsFrom } from './migrations.ts'
import {
  assertIntact,
  assertOwnDatabase,
  assertPrivateFile,
  type SqliteFile,
  schemaState,
} from './sqlite-checks.ts'
import { isLocked } from './sqlite-error.ts'
import { withQuestionMarks } from './statement.ts'

/** How long to wait for a write lock of another process; one write takes far less. */
const BUSY_TIMEOUT_MS = 5_000

/** Pause before the switch to a write-ahead log is repeated. */
const SWITCH_PAUSE_MS = 5

/** The path of a database that is kept in memory. */
export const IN_MEMORY = ':memory:'

/** Creates the file with mode 0600 before SQLite does. SQLite gives its WAL and shared-memory files the same mode. */
function createPrivateFile(path: string): void {
  makeFolderSync(dirname(path))
  try {
    closeSync(openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o600))
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

/**
 * Switches to a write-ahead log. While another process does the same, SQLite refuses at once in spite of its time-out, so that the switch
 * is repeated.
 */
function switchToWriteAheadLog(database: DatabaseSync): void {
  const end = monotonicNow() + BUSY_TIMEOUT_MS
  for (;;)
    try {
      database.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      if (!isLocked(error) || monotonicNow() >= end) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SWITCH_PAUSE_MS)
    }
}

/** Migrates once, even if two processes open it at the same time, and returns the versions before and after. */
function migrate(database: DatabaseSync, file: SqliteFile): { readonly from: number; readonly to: number } {
  const { path, kind, migrations } = file
  const sql = migrationSql(kind.schemaTable)
  return inTransaction(database, () => {
    database.exec(`PRAGMA application_id = ${kind.applicationId}`)
    database.exec(sql.create)
    const state = schemaState(database, file)
    for (const { number, statements } of stepsFrom(state, path, migrations)) {
      for (const statement of statements) database.exec(statement)
      database.prepare(withQuestionMarks(sql.applied)).run(number)
    }
    return { from: state.version, to: Math.max(state.version, migrations.length) }
  })
}

/** Returns the versions before and after; equal if nothing was to be migrated. */
function migrateOrCheck(database: DatabaseSync, file: SqliteFile): ReturnType<typeof migrate> {
  if (file.use === 'create') return migrate(database, file)
  const state = schemaState(database, file)
  requireMigrated(state, file.path, file.migrations, file.kind)
  return { from: state.version, to: state.version }
}

/** An opened SQLite file, and its schema versions before and after opening it. */
export interface OpenedSqliteFile {
  readonly database: DatabaseSync
  readonly schema: { readonly from: number; readonly to: number }
}

/**
 * Opens an SQLite file. For `create` it creates it with mode 0600, and its directory with 0700, if missing, and migrates it. A write-ahead
 * log lets one process write while others read; every commit is synced to disk.
 * @throws AxisorError `config` for a file of another program or a newer axisor, or one that others can read or write, and for `existing`
 * for a missing or older one; else the errors of SQLite and the file system, for `sqliteError`
 */
export function openSqlite(file: SqliteFile): OpenedSqliteFile {
  const { DatabaseSync: Database } = loadSqlite()
  if (file.path !== IN_MEMORY) {
    if (file.use === 'create') createPrivateFile(file.path)
    assertPrivateFile(file)
  }
  const database = new Database(file.path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true })
  try {
    assertOwnDatabase(database, file)
    assertIntact(database)
    switchToWriteAheadLog(database)
    database.exec('PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF')
    // Deleted secrets are overwritten in the file.
    database.exec('PRAGMA secure_delete = ON')
    if (file.maxPages !== undefined) database.exec(`PRAGMA max_page_count = ${file.maxPages}`)
    return { database, schema: migrateOrCheck(database, file) }
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

/** Prepares statements once, so that each takes microseconds. */
export function prepareAll<Name extends string>(
  database: DatabaseSync,
  texts: Readonly<Record<Name, string>>,
): Readonly<Record<Name, ReturnType<DatabaseSync['prepare']>>> {
  const entries = Object.entries<string>(texts).map(
    ([name, text]) => [name, database.prepare(withQuestionMarks(text))] as const,
  )
  return Object.fromEntries(entries) as Record<Name, ReturnType<DatabaseSync['prepare']>>
}
