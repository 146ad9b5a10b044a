import type { DatabaseSync } from 'node:sqlite'
import type { OpenedRelayStore, RelayStore, RelayStoreUse } from '../../ports/relay-store.ts'
import { inTransaction, openSqlite, prepareAll } from '../database/sqlite.ts'
import { isSqliteOrphan, sqliteError } from '../database/sqlite-error.ts'
import type { Row, Value } from '../database/statement.ts'
import { RelayOutboxes } from '../outbox/relay-outboxes.ts'
import { sqliteOutboxDatabase } from '../outbox/sqlite-outbox-database.ts'
import { OUTBOX_SQL } from '../outbox/statements.ts'
import { openedStore, RELAY_DATABASE } from './relay-database.ts'
import {
  accountOf,
  accountsOf,
  accountValues,
  alertSettingsOf,
  allAlertSettingsOf,
  FIND_TOKENS_SQLITE,
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

const TOUCH_TOKENS = `UPDATE relay_tokens SET last_used_at = ?
  WHERE id IN (SELECT value FROM json_each(?)) AND (last_used_at IS NULL OR last_used_at < ?)`

const PUT_LAST_DATA = `INSERT INTO relay_last_data (user_id, seen_at)
  SELECT u.id, json_extract(e.value, '$[1]') FROM json_each(?) e
  JOIN relay_users u ON u.id = json_extract(e.value, '$[0]') WHERE true
  ON CONFLICT (user_id) DO UPDATE SET seen_at = excluded.seen_at
  WHERE relay_last_data.seen_at < excluded.seen_at OR relay_last_data.seen_at > ?`

const FORGET_LAST_DATA = 'DELETE FROM relay_last_data WHERE user_id IN (SELECT value FROM json_each(?))'

export interface SqliteOptions {
  readonly use: RelayStoreUse
  /** For tests, as the rest. */
  readonly migrations?: typeof MIGRATIONS
  /** Limit of the file's size in pages, to simulate a full disk. */
  readonly maxPages?: number
}

type Statements = ReturnType<typeof prepareAll<keyof typeof SQL>>

/** Runs a statement and increments the revision in the same transaction; false if no row changed. */
function change(
  database: DatabaseSync,
  statements: Statements,
  name: keyof typeof SQL,
  values: readonly Value[],
): boolean {
  try {
    return inTransaction(database, () => {
      if (Number(statements[name].run(...values).changes) === 0) return false
      statements.incrementRevision.run()
      return true
    })
  } catch (error) {
    if (isSqliteOrphan(error)) return false
    throw error
  }
}

/**
 * Removes what a change has replaced from the write-ahead log, where it would stay until its pages are written again. In the database
 * file it is overwritten. The change is committed already, so a failure is left to the next one.
 */
function forgetReplaced(database: DatabaseSync): void {
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } catch {
    // Another process holds a lock.
  }
}

/** Runs `work` and maps its errors to AxisorErrors that name the file. */
function attempt<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw sqliteError(error, path, RELAY_DATABASE)
  }
}

function openDatabase(path: string, { migrations = MIGRATIONS, ...options }: SqliteOptions) {
  const { database, schema } = openSqlite({ path, kind: RELAY_DATABASE, migrations, ...options })
  return {
    database,
    schema,
    statements: prepareAll(database, SQL),
    outboxStatements: prepareAll(database, OUTBOX_SQL),
    touch: database.prepare(TOUCH_TOKENS),
    findTokens: database.prepare(FIND_TOKENS_SQLITE),
    putLastData: database.prepare(PUT_LAST_DATA),
    forgetLastData: database.prepare(FORGET_LAST_DATA),
  }
}

/**
 * Opens a relay's store in an SQLite file. Every call runs synchronously; the promises only satisfy the port.
 * @throws AxisorError `config`
 */
export function openSqliteRelayStore(path: string, options: SqliteOptions): OpenedRelayStore {
  const opened = attempt(path, () => openDatabase(path, options))
  const { database, schema, statements, outboxStatements, touch, findTokens } = opened
  const { putLastData, forgetLastData } = opened
  const changed = (name: keyof typeof SQL, ...values: Value[]) =>
    attempt(path, () => change(database, statements, name, values))
  /** Changes what holds a sealed key. */
  const replaced = (...args: Parameters<typeof changed>) => {
    const isChanged = changed(...args)
    if (isChanged) forgetReplaced(database)
    return isChanged
  }
  const all = (name: keyof typeof SQL, ...values: Value[]) =>
    attempt(path, () => statements[name].all(...values))
  const first = <T>(name: keyof typeof SQL, value: string, read: (row: Row) => T): T | null => {
    const row = attempt(path, () => statements[name].get(value))
    return row === undefined ? null : read(row)
  }
  const outboxes = new RelayOutboxes(
    sqliteOutboxDatabase(work => attempt(path, () => work({ database, statements: outboxStatements }))),
  )
  const store: RelayStore = {
    revision: async () => Number(attempt(path, () => statements.revision.get())?.revision),
    addUser: async user => (changed('addUser', user.id, user.name, user.createdAt) ? user : null),
    users: async () => usersOf(all('users')),
    findUser: async name => first('findUser', name, userOf),
    removeUser: async id => replaced('removeUser', id),
    addToken: async (token, digest) => changed('addToken', ...tokenValues(token, digest)),
    tokens: async userId => (userId === null ? all('tokens') : all('tokensOf', userId)).map(tokenOf),
    findToken: async digest => first('findToken', digest, foundTokenOf),
    findTokens: async digests => foundTokensOf(attempt(path, () => findTokens.all(JSON.stringify(digests)))),
    revokeToken: async (id, at) => changed('revokeToken', id, at),
    async touchTokens(ids, at) {
      attempt(path, () => touch.run(at, JSON.stringify(ids), at))
    },
    putAccount: async account => replaced('putAccount', ...accountValues(account)),
    replaceAccount: async (before, account) =>
      replaced('replaceAccount', ...accountValues(account), before.userId, before.sealed),
    removeAccount: async userId => replaced('removeAccount', userId),
    account: async userId => first('account', userId, accountOf),
    accounts: async () => accountsOf(all('accounts')),
    putAlertSettings: async (settings, before) => replaced(...putAlertSettings(settings, before)),
    removeAlertSettings: async userId => replaced('removeAlertSettings', userId),
    alertSettings: async userId => first('alertSettings', userId, alertSettingsOf),
    allAlertSettings: async () => allAlertSettingsOf(all('allAlertSettings')),
    lastData: async () => lastDataOf(all('lastData')),
    async putLastData(times, now) {
      if (times.size > 0) attempt(path, () => putLastData.run(JSON.stringify([...times]), now))
    },
    async forgetLastData(userIds) {
      if (userIds.length > 0) attempt(path, () => forgetLastData.run(JSON.stringify(userIds)))
    },
    async requestStatus(request) {
      attempt(path, () => statements.clearStatuses.run())
      changed('requestStatus', request)
    },
    statusRequest: async () => statusRequestOf(all('statusRequest')),
    async putStatus({ relay, request, document }) {
      attempt(path, () => statements.putStatus.run(relay, request, document))
    },
    statuses: async request => all('statuses', request).map(statusOf),
    outbox: userId => outboxes.outbox(userId),
    async close() {
      if (database.isOpen) attempt(path, () => database.close())
    },
  }
  return openedStore(store, path, schema)
}
