import { AxisorError } from '../../domain/error.ts'

/** One step of a schema; statements that SQLite and PostgreSQL both understand. A step that was released never changes again. */
type Migration = readonly string[]

/** All steps in their order: a database of version n has had the first n. Only ever appended to. */
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
  // Accounts at an exchange of another address; and removing a user no longer reads all tokens.
  [
    `ALTER TABLE relay_accounts ADD COLUMN api_url TEXT`,
    `ALTER TABLE relay_accounts ADD COLUMN stream_url TEXT`,
    `CREATE INDEX relay_tokens_user ON relay_tokens (user_id)`,
  ],
]

/** The table that says which steps were taken; one row for each. */
export const SCHEMA_TABLE = `CREATE TABLE IF NOT EXISTS relay_schema (version BIGINT PRIMARY KEY)`

/** The newest step that was taken; no row counts as 0. */
export const SCHEMA_VERSION = `SELECT COALESCE(MAX(version), 0) AS version FROM relay_schema`

/** Writes down a step. */
export const SCHEMA_STEP = `INSERT INTO relay_schema (version) VALUES ($1)`

/**
 * The steps that a database of a version still needs, with their numbers.
 * @throws AxisorError config for a version that only a newer axisor knows
 */
export function stepsFrom(
  version: number,
  database: string,
  migrations: readonly Migration[],
): readonly { readonly number: number; readonly statements: Migration }[] {
  if (version > migrations.length)
    throw new AxisorError(
      'config',
      `the database ${database} has schema ${version}, this axisor knows up to ${migrations.length}`,
      { hint: 'Nothing was changed; run the axisor that made it, or a newer one.' },
    )
  return migrations.map((statements, index) => ({ number: index + 1, statements })).slice(version)
}
