import { statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { AxisorError } from '../../domain/error.ts'
import type { DatabaseKind } from './database-kind.ts'
import {
  type Migration,
  migrationSql,
  missingDatabase,
  type SchemaState,
  supportTable,
} from './migrations.ts'
import { damage } from './sqlite-error.ts'

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

/** Rejects a missing file, and one that other users can read or write. */
export function assertPrivateFile({ path, kind }: Pick<SqliteFile, 'path' | 'kind'>): void {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status === undefined) throw missingDatabase(path, kind)
  if (status.isDirectory()) throw Object.assign(new Error('it is a directory'), { code: 'EISDIR' })
  if (process.platform === 'win32' || (status.mode & OTHERS_READ_OR_WRITE) === 0) return
  throw new AxisorError('config', `other users can read the database ${path}`, {
    hint: 'Run chmod 600 on it.',
  })
}

/** Rejects the database of another program before anything is written to it. */
export function assertOwnDatabase(
  database: DatabaseSync,
  { path, kind, use }: Pick<SqliteFile, 'path' | 'kind' | 'use'>,
): void {
  const tables = Number(database.prepare('SELECT count(*) AS tables FROM sqlite_master').get()?.tables)
  // Read after the tables: another process may create the database just now, id and tables in one transaction.
  const id = database.prepare('PRAGMA application_id').get()?.application_id
  if (id === kind.applicationId) return
  if (id === 0 && tables === 0) {
    if (use === 'create') return
    throw missingDatabase(path, kind)
  }
  throw new AxisorError('config', `${path} is a database of another program`, { hint: kind.otherPathHint })
}

/** Rejects a damaged file. */
export function assertIntact(database: DatabaseSync): void {
  const found = database.prepare('PRAGMA quick_check(1)').get()?.quick_check
  if (found !== 'ok') throw damage()
}

/** Returns what a database states about its schema. */
export function schemaState(database: DatabaseSync, { kind }: Pick<SqliteFile, 'kind'>): SchemaState {
  const sql = migrationSql(kind.schemaTable)
  const version = Number(database.prepare(sql.version).get()?.version)
  const found = database
    .prepare('SELECT 1 FROM sqlite_master WHERE name = ?')
    .get(supportTable(kind.schemaTable))
  const row = found === undefined ? undefined : database.prepare(sql.usableFrom).get()
  return { version, usableFrom: row === undefined ? null : Number(row.usable_from) }
}
