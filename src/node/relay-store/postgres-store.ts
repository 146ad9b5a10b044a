import type { Pool } from 'pg'
import type { OpenedRelayStore, RelayStore, RelayStoreUse, SchemaChange } from '../../ports/relay-store.ts'
import type { Row, Value } from '../database/statement.ts'
import { LEDGER_SCHEMA, POSTGRES_LEDGER_MIGRATIONS } from '../ledger/postgres-tables.ts'
import { RelayOutboxes } from '../outbox/relay-outboxes.ts'
import { isPostgresOrphan, postgresError } from '../postgres/postgres-error.ts'
import { openPool } from '../postgres/postgres-pool.ts'
import { inPostgresTransaction } from '../postgres/postgres-transaction.ts'
import type { PostgresAddress } from '../postgres/postgres-url.ts'
import { postgresOutboxDatabase } from './postgres-outbox-database.ts'
import { checkSchema, migrate } from './postgres-schema.ts'
import { openedStore } from './relay-database.ts'
import {
  accountOf,
  accountsOf,
  accountValues,
  alertSettingsOf,
  allAlertSettingsOf,
  FIND_TOKENS_POSTGRES,
  foundTokenOf,
  foundTokensOf,
  lastDataOf,
  putAlertSettings,
  SQL,
  statusOf,
  statusRequestOf,
  tokenOf,
  tokenValues,
  userOf,
  usersOf,
} from './rows.ts'
import { MIGRATIONS } from './schema.ts'

/** Locks rows in the order of ids, so that two relays that touch the same tokens cannot deadlock. */
const TOUCH_TOKENS = `UPDATE relay_tokens SET last_used_at = $1 WHERE id IN (
  SELECT id FROM relay_tokens WHERE id = ANY($2::text[]) AND (last_used_at IS NULL OR last_used_at < $1)
  ORDER BY id FOR UPDATE)`

/** Locks users in the order of ids: relays that store the same times cannot deadlock, and no user is removed meanwhile. */
const PUT_LAST_DATA = `INSERT INTO relay_last_data (user_id, seen_at)
  SELECT u.id, t.seen_at FROM unnest($1::text[], $2::bigint[]) AS t (user_id, seen_at)
  JOIN relay_users u ON u.id = t.user_id ORDER BY u.id FOR KEY SHARE OF u
  ON CONFLICT (user_id) DO UPDATE SET seen_at = excluded.seen_at
  WHERE relay_last_data.seen_at < excluded.seen_at OR relay_last_data.seen_at > $3`

const FORGET_LAST_DATA = `DELETE FROM relay_last_data WHERE user_id IN (
  SELECT user_id FROM relay_last_data WHERE user_id = ANY($1::text[]) ORDER BY user_id FOR UPDATE)`

/** A relay sends small, frequent queries; a server that exceeds these limits is failing. */
const POOL_LIMITS = { connections: 4, statementMs: 5_000 }

/** One change at a time: a token must not be issued while the one that issues it is being revoked. */
const LOCK_REVISION = 'SELECT revision FROM relay_state FOR UPDATE'

/** Runs a statement and increments the revision in the same transaction; false if no row changed. */
async function change(pool: Pool, name: keyof typeof SQL, values: readonly Value[]): Promise<boolean> {
  try {
    return await inPostgresTransaction(pool, async client => {
      await client.query(LOCK_REVISION)
      const { rowCount } = await client.query(SQL[name], [...values])
      if (rowCount === 0) return false
      await client.query(SQL.incrementRevision)
      return true
    })
  } catch (error) {
    if (isPostgresOrphan(error)) return false
    throw error
  }
}

export interface PostgresOptions {
  readonly use: RelayStoreUse
  /** For tests. */
  readonly migrations?: typeof MIGRATIONS
}

/** Migrates or checks the schema. Closes the pool if that fails. */
async function prepareSchema(
  pool: Pool,
  shown: string,
  { use, migrations = MIGRATIONS }: PostgresOptions,
): Promise<SchemaChange> {
  try {
    const schema = await (use === 'create' ? migrate : checkSchema)(pool, shown, migrations)
    if (use === 'create') await migrate(pool, shown, POSTGRES_LEDGER_MIGRATIONS, LEDGER_SCHEMA)
    return schema
  } catch (error) {
    await pool.end()
    throw error
  }
}

/**
 * Opens a relay's store on a PostgreSQL server.
 * @throws AxisorError `unreachable`, `timeout`, `tls`, `connection-lost`, `no-credentials` or `config`
 */
export async function openPostgresRelayStore(
  address: PostgresAddress,
  options: PostgresOptions,
): Promise<OpenedRelayStore> {
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw postgresError(error, address)
    }
  }
  const pool = await attempt(() => openPool(address, POOL_LIMITS))
  const changed = (name: keyof typeof SQL, ...values: Value[]) => attempt(() => change(pool, name, values))
  const all = async (name: keyof typeof SQL, ...values: Value[]): Promise<readonly Row[]> =>
    (await attempt(() => pool.query<Row>(SQL[name], values))).rows
  const first = async <T>(
    name: keyof typeof SQL,
    value: string,
    read: (row: Row) => T,
  ): Promise<T | null> => {
    const [row] = await all(name, value)
    return row === undefined ? null : read(row)
  }
  const outboxes = new RelayOutboxes(postgresOutboxDatabase(pool, attempt))
  const schema = await attempt(() => prepareSchema(pool, address.shown, options))
  const store: RelayStore = {
    revision: async () => Number((await all('revision'))[0]?.revision),
    addUser: async user => ((await changed('addUser', user.id, user.name, user.createdAt)) ? user : null),
    users: async () => usersOf(await all('users')),
    findUser: name => first('findUser', name, userOf),
    removeUser: id => changed('removeUser', id),
    addToken: (token, digest) => changed('addToken', ...tokenValues(token, digest)),
    tokens: async userId => (await (userId === null ? all('tokens') : all('tokensOf', userId))).map(tokenOf),
    findToken: digest => first('findToken', digest, foundTokenOf),
    async findTokens(digests) {
      const { rows } = await attempt(() => pool.query<Row>(FIND_TOKENS_POSTGRES, [digests]))
      return foundTokensOf(rows)
    },
    revokeToken: (id, at) => changed('revokeToken', id, at),
    async touchTokens(ids, at) {
      if (ids.length > 0) await attempt(() => pool.query(TOUCH_TOKENS, [at, ids]))
    },
    putAccount: account => changed('putAccount', ...accountValues(account)),
    replaceAccount: (before, account) =>
      changed('replaceAccount', ...accountValues(account), before.userId, before.sealed),
    removeAccount: userId => changed('removeAccount', userId),
    account: userId => first('account', userId, accountOf),
    accounts: async () => accountsOf(await all('accounts')),
    putAlertSettings: (settings, before) => changed(...putAlertSettings(settings, before)),
    removeAlertSettings: userId => changed('removeAlertSettings', userId),
    alertSettings: userId => first('alertSettings', userId, alertSettingsOf),
    allAlertSettings: async () => allAlertSettingsOf(await all('allAlertSettings')),
    lastData: async () => lastDataOf(await all('lastData')),
    async putLastData(times, now) {
      if (times.size === 0) return
      await attempt(() => pool.query(PUT_LAST_DATA, [[...times.keys()], [...times.values()], now]))
    },
    async forgetLastData(userIds) {
      if (userIds.length > 0) await attempt(() => pool.query(FORGET_LAST_DATA, [userIds]))
    },
    async requestStatus(request) {
      await all('clearStatuses')
      await changed('requestStatus', request)
    },
    statusRequest: async () => statusRequestOf(await all('statusRequest')),
    async putStatus({ relay, request, document }) {
      await all('putStatus', relay, request, document)
    },
    statuses: async request => (await all('statuses', request)).map(statusOf),
    outbox: userId => outboxes.outbox(userId),
    async close() {
      if (!pool.ended && !pool.ending) await pool.end()
    },
  }
  return openedStore(store, address.shown, schema)
}
