import { AxisorError } from '../../domain/error.ts'

/** One migration; its statements are valid in SQLite and PostgreSQL. A released migration never changes. */
export type Migration = readonly string[]

/** The statements about a table of applied migrations, one row each. */
export function migrationSql(table: string) {
  return {
    create: `CREATE TABLE IF NOT EXISTS ${table} (version BIGINT PRIMARY KEY)`,
    /** Selects the number of the newest applied migration; 0 if there is none. */
    version: `SELECT COALESCE(MAX(version), 0) AS version FROM ${table}`,
    /** Records an applied migration. */
    applied: `INSERT INTO ${table} (version) VALUES ($1)`,
  } as const
}

/**
 * Returns the migrations that a database of this version still needs, with their numbers.
 * @throws AxisorError `config` if the version is newer than this axisor
 */
export function stepsFrom(
  version: number,
  database: string,
  migrations: readonly Migration[],
): readonly { readonly number: number; readonly statements: Migration }[] {
  if (version > migrations.length)
    throw new AxisorError(
      'config',
      `the database ${database} has schema version ${version}; this axisor supports up to ${migrations.length}`,
      { hint: 'Nothing was changed; run the axisor version that created it, or a newer one.' },
    )
  return migrations.map((statements, index) => ({ number: index + 1, statements })).slice(version)
}
