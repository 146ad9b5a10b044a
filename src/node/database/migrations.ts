import { AxisorError } from '../../domain/error.ts'
import type { DatabaseKind } from './database-kind.ts'

/** One migration; its statements are valid in SQLite and PostgreSQL. A released migration never changes. */
export type Migration = readonly string[]

/** What a database states about its schema. */
export interface SchemaState {
  /** The number of applied migrations. */
  readonly version: number
  /** The oldest schema version whose programs can use the database; null if it does not state one: then only those of its own version can. */
  readonly usableFrom: number | null
}

/** The table that states `usableFrom`, beside a table of applied migrations. */
export function supportTable(table: string): string {
  return `${table}_support`
}

/** The statements about a table of applied migrations, one row each. */
export function migrationSql(table: string) {
  return {
    create: `CREATE TABLE IF NOT EXISTS ${table} (version BIGINT PRIMARY KEY)`,
    /** Selects the number of the newest applied migration; 0 if there is none. */
    version: `SELECT COALESCE(MAX(version), 0) AS version FROM ${table}`,
    /** Records an applied migration. */
    applied: `INSERT INTO ${table} (version) VALUES ($1)`,
    usableFrom: `SELECT usable_from FROM ${supportTable(table)}`,
  } as const
}

/**
 * Returns the migrations that a database still needs, with their numbers. A newer database needs none if it supports this axisor.
 * @throws AxisorError `config` if the database is too new for this axisor
 */
export function stepsFrom(
  { version, usableFrom }: SchemaState,
  database: string,
  migrations: readonly Migration[],
): readonly { readonly number: number; readonly statements: Migration }[] {
  const known = migrations.length
  if (version > known && (usableFrom === null || usableFrom > known))
    throw new AxisorError(
      'config',
      `the database ${database} has schema version ${version}; this axisor supports up to ${known}`,
      { hint: 'Nothing was changed; run the axisor version that created it, or a newer one.' },
    )
  return migrations.map((statements, index) => ({ number: index + 1, statements })).slice(version)
}

/**
 * Verifies that a database needs no migration.
 * @throws AxisorError `config` if the database is older, or too new for this axisor
 */
export function requireMigrated(
  state: SchemaState,
  database: string,
  migrations: readonly Migration[],
  { olderHint }: DatabaseKind,
): void {
  if (stepsFrom(state, database, migrations).length === 0) return
  throw new AxisorError(
    'config',
    `the database ${database} has schema version ${state.version}; this axisor needs ${migrations.length}`,
    { hint: olderHint },
  )
}

/** Returns the error for a missing database, for a caller that must not create one. */
export function missingDatabase(database: string, { missingHint }: DatabaseKind): AxisorError {
  return new AxisorError('config', `there is no database of a relay at ${database}`, { hint: missingHint })
}
