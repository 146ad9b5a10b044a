import type { Pool, PoolClient } from 'pg'
import type { SchemaChange } from '../../ports/relay-store.ts'
import {
  type Migration,
  migrationSql,
  missingDatabase,
  requireMigrated,
  type SchemaState,
  stepsFrom,
  supportTable,
} from '../database/migrations.ts'
import { inPostgresTransaction } from '../postgres/postgres-transaction.ts'
import { RELAY_DATABASE } from './relay-database.ts'

/** All programs share the numbers of advisory locks, so this is `axisor` in ASCII. */
const MIGRATION_LOCK = 0x6178_6973_6f72

const TABLE = RELAY_DATABASE.schemaTable

async function hasTable(client: PoolClient, table: string): Promise<boolean> {
  const { rows } = await client.query('SELECT to_regclass($1) IS NOT NULL AS found', [table])
  return rows[0]?.found === true
}

async function schemaState(client: PoolClient, table: string): Promise<SchemaState> {
  const sql = migrationSql(table)
  const version = Number((await client.query(sql.version)).rows[0]?.version)
  if (!(await hasTable(client, supportTable(table)))) return { version, usableFrom: null }
  const { rows } = await client.query(sql.usableFrom)
  return { version, usableFrom: rows[0] === undefined ? null : Number(rows[0].usable_from) }
}

/**
 * Migrates once, even if two relays start at the same time, and returns the versions before and after. An up-to-date schema needs no right
 * to create tables. `table` has the applied migrations. Throws AxisorError `config` for a database that is too new, and as the driver.
 */
export function migrate(
  pool: Pool,
  shown: string,
  migrations: readonly Migration[],
  table = TABLE,
): Promise<SchemaChange> {
  const sql = migrationSql(table)
  return inPostgresTransaction(pool, async client => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
    if (!(await hasTable(client, table))) await client.query(sql.create)
    const state = await schemaState(client, table)
    for (const { number, statements } of stepsFrom(state, shown, migrations)) {
      for (const statement of statements) await client.query(statement)
      await client.query(sql.applied, [number])
    }
    return { from: state.version, to: Math.max(state.version, migrations.length) }
  })
}

/** Verifies that the tables exist and need no migration. Throws AxisorError `config` otherwise, and as the driver. */
export function checkSchema(
  pool: Pool,
  shown: string,
  migrations: readonly Migration[],
): Promise<SchemaChange> {
  return inPostgresTransaction(pool, async client => {
    if (!(await hasTable(client, TABLE))) throw missingDatabase(shown, RELAY_DATABASE)
    const state = await schemaState(client, TABLE)
    if (state.version === 0) throw missingDatabase(shown, RELAY_DATABASE)
    requireMigrated(state, shown, migrations, RELAY_DATABASE)
    return { from: state.version, to: state.version }
  })
}
