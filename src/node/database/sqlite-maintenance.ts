import type { DatabaseSync } from 'node:sqlite'
import { AxisorError } from '../../domain/error.ts'
import type { DatabaseKind } from './database-kind.ts'
import { loadSqlite } from './load-sqlite.ts'
import { assertIntact, assertOwnDatabase, assertPrivateFile, schemaState } from './sqlite-checks.ts'
import { isLocked } from './sqlite-error.ts'

/** How long to wait for a write lock of another process; one write takes far less. */
const BUSY_TIMEOUT_MS = 5_000

/** Opens an existing file of any schema version, to copy it. Throws as `openSqlite`. */
export function openUnmigrated(
  path: string,
  kind: DatabaseKind,
): { readonly database: DatabaseSync; readonly version: number } {
  assertPrivateFile({ path, kind })
  const { DatabaseSync: Database } = loadSqlite()
  const database = new Database(path, { timeout: BUSY_TIMEOUT_MS })
  try {
    assertOwnDatabase(database, { path, kind, use: 'existing' })
    assertIntact(database)
    return { database, version: schemaState(database, { kind }).version }
  } catch (error) {
    database.close()
    throw error
  }
}

/**
 * Verifies that no other process has the file open, moves its log into it, and keeps others out until the returned function is called.
 * @throws AxisorError config, if another process has it open; else the errors of SQLite
 */
export function releaseSqlite(path: string, { inUseHint }: DatabaseKind): () => void {
  const { DatabaseSync: Database } = loadSqlite()
  const database = new Database(path, { timeout: 0 })
  try {
    // Only the last user of a write-ahead log can leave it.
    database.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (!isLocked(error)) throw error
    throw new AxisorError('config', `the database ${path} is in use`, { cause: error, hint: inUseHint })
  }
  return () => database.close()
}
