import { closeSync, constants, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { AxisorError } from '../../domain/error.ts'
import { codeOf } from '../net/network-error.ts'
import type { DatabaseKind } from './database-kind.ts'
import {
  type Migration,
  migrationSql,
  missingDatabase,
  requireMigrated,
  type SchemaState,
  stepsFrom,
  supportTable,
} from './migrations.ts'
import { damage } from './sqlite-error.ts'
import { withQuestionMarks } from './statement.ts'

/** How long to wait for a write lock of another process; one write takes far less. */
const BUSY_TIMEOUT_MS = 5_000

const OTHERS_READ_OR_WRITE = 0o066

/** A database to open. */
export interface SqliteFile {
  readonly path: string
  readonly kind: DatabaseKind
  /** `create`: it is created or migrated if needed; `existing`: it is opened only if it needs neither. */
  readonly use: 'create' | 'existing'
  readonly migrations: readonly Migration[]
  /** Limit of the file's size in pages; for tests of a full disk. */
  readonly maxPages?: number
}

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
}

function assertPrivateFile({ path, kind }: SqliteFile): void {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status === undefined) throw missingDatabase(path, kind)
  if (status.isDirectory()) throw Object.assign(new Error('it is a directory'), { code: 'EISDIR' })
  if (process.platform === 'win32' || (status.mode & OTHERS_READ_OR_WRITE) === 0) return
  throw new AxisorError('config', `other users can read the database ${path}`, {
    hint: 'Run chmod 600 on it.',
  })
}

/** Rejects the database of another program before anything is written to it. */
function assertOwnDatabase(database: DatabaseSync, { path, kind, use }: SqliteFile): void {
  const id = database.prepare('PRAGMA application_id').get()?.application_id
  if (id === kind.applicationId) return
  const tables = Number(database.prepare('SELECT count(*) AS tables FROM sqlite_master').get()?.tables)
  if (id === 0 && tables === 0) {
    if (use === 'create') return
    throw missingDatabase(path, kind)
  }
  throw new AxisorError('config', `${path} is a database of another program`, { hint: kind.otherPathHint })
}

function assertIntact(database: DatabaseSync): void {
  const found = database.prepare('PRAGMA quick_check(1)').get()?.quick_check
  if (found !== 'ok') throw damage()
}

function schemaState(database: DatabaseSync, { kind }: SqliteFile): SchemaState {
  const sql = migrationSql(kind.schemaTable)
  const version = Number(database.prepare(sql.version).get()?.version)
  const found = database
    .prepare('SELECT 1 FROM sqlite_master WHERE name = ?')
    .get(supportTable(kind.schemaTable))
  const row = found === undefined ? undefined : database.prepare(sql.usableFrom).get()
  return { version, usableFrom: row === undefined ? null : Number(row.usable_from) }
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
  if (file.use === 'create') createPrivateFile(file.path)
  assertPrivateFile(file)
  const database = new Database(file.path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true })
  try {
    assertOwnDatabase(database, file)
    assertIntact(database)
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF')
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
