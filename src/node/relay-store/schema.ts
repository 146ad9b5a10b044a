import type { Migration } from '../database/migrations.ts'
import { outboxTables } from '../outbox/tables.ts'

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
  // Adds alerts: the settings of each user, and an outbox per user.
  [
    `CREATE TABLE relay_alert_settings (
       user_id TEXT PRIMARY KEY REFERENCES relay_users (id) ON DELETE CASCADE,
       sealed TEXT NOT NULL,
       master_key_id TEXT NOT NULL,
       revision BIGINT NOT NULL,
       updated_at BIGINT NOT NULL)`,
    ...outboxTables('TEXT PRIMARY KEY REFERENCES relay_users (id) ON DELETE CASCADE'),
  ],
  // Adds the token that issued a token: with a user, the tokens that those of the user have issued are removed too.
  [
    `ALTER TABLE relay_tokens ADD COLUMN issued_by TEXT REFERENCES relay_tokens (id) ON DELETE CASCADE`,
    `CREATE INDEX relay_tokens_issuer ON relay_tokens (issued_by)`,
  ],
  // Adds the status of running relays, which a command requests.
  [
    `ALTER TABLE relay_state ADD COLUMN status_request TEXT`,
    `CREATE TABLE relay_status (relay TEXT PRIMARY KEY, request TEXT NOT NULL, document TEXT NOT NULL)`,
  ],
  // Adds the oldest schema version whose programs can use the database. A later migration that breaks older programs updates it.
  [
    `CREATE TABLE relay_schema_support (usable_from BIGINT NOT NULL)`,
    `INSERT INTO relay_schema_support (usable_from) VALUES (6)`,
  ],
  // Adds when the account of each user last had data, so that its age survives a restart.
  [
    `CREATE TABLE relay_last_data (
       user_id TEXT PRIMARY KEY REFERENCES relay_users (id) ON DELETE CASCADE,
       seen_at BIGINT NOT NULL)`,
  ],
]
