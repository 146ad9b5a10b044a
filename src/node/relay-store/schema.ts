import { AxisorError } from '../../domain/error.ts'

/** One migration; its statements are valid in SQLite and PostgreSQL. A released migration never changes. */
type Migration = readonly string[]

/** All migrations in order: a database of version n has had the first n. Append only. */
export const MIGRATIONS: readonly Migration[] = [
  [
    `CREATE TABLE relay_state (id BIGINT PRIMARY KEY CHECK (id = 1), revision BIGINT NOT NULL)`,
    `INSERT INTO relay_state (id, revision) VALUES (1, 1)`,
    `CREATE TABLE relay_users (
       id TEXT PRIMARY KEY,
       name TEXT NOT NULL UNIQUE,
       created_at BIGINT NOT NULL)`,
    `CREATE TABLE relay_tokens (
       id TEXT PRIMARY KEY,
       user_id TEXT NOT NULL REFERENCES relay_users (id) ON DELETE CASCADE,
       digest TEXT NOT NULL UNIQUE,
       name TEXT NOT NULL,
       prefix TEXT NOT NULL,
       scopes TEXT NOT NULL,
       created_at BIGINT NOT NULL,
       expires_at BIGINT,
       last_used_at BIGINT,
       revoked_at BIGINT)`,
    `CREATE TABLE relay_accounts (
       user_id TEXT PRIMARY KEY REFERENCES relay_users (id) ON DELETE CASCADE,
       network TEXT NOT NULL,
       sealed TEXT NOT NULL,
       master_key_id TEXT NOT NULL,
       updated_at BIGINT NOT NULL)`,
  ],
  // Adds the addresses of custom exchanges, and an index so that removing a user does not scan all tokens.
  [
    `ALTER TABLE relay_accounts ADD COLUMN api_url TEXT`,
    `ALTER TABLE relay_accounts ADD COLUMN stream_url TEXT`,
    `CREATE INDEX relay_tokens_user ON relay_tokens (user_id)`,
  ],
]

/** The table of applied migrations, one row each. */
export const SCHEMA_TABLE = `CREATE TABLE IF NOT EXISTS relay_schema (version BIGINT PRIMARY KEY)`

/** Selects the number of the newest applied migration; 0 if there is none. */
export const SCHEMA_VERSION = `SELECT COALESCE(MAX(version), 0) AS version FROM relay_schema`

/** Records an applied migration. */
export const SCHEMA_STEP = `INSERT INTO relay_schema (version) VALUES ($1)`

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
