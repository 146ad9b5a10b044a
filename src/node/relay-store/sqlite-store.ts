import type { DatabaseSync } from 'node:sqlite'
import type { RelayStore } from '../../ports/relay-store.ts'
import { inTransaction, openSqlite, prepareAll } from '../database/sqlite.ts'
import { isSqliteOrphan, sqliteError } from '../database/sqlite-error.ts'
import type { Row, Value } from '../database/statement.ts'
import { outboxOf } from '../outbox/outbox.ts'
import { sqliteOutboxDatabase } from '../outbox/sqlite-outbox-database.ts'
import { OUTBOX_SQL } from '../outbox/statements.ts'
import { RELAY_DATABASE } from './relay-database.ts'
import {
  accountOf,
  accountsOf,
  accountValues,
  alertSettingsOf,
  allAlertSettingsOf,
  foundTokenOf,
  putAlertSettings,
  SQL,
  tokenOf,
  tokenValues,
  usersOf,
} from './rows.ts'
import { MIGRATIONS } from './schema.ts'

const TOUCH_TOKENS = `UPDATE relay_tokens SET last_used_at = ?
  WHERE id IN (SELECT value FROM json_each(?)) AND (last_used_at IS NULL OR last_used_at < ?)`

/** Options for tests. */
export interface SqliteOptions {
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

/** Runs `work` and maps its errors to AxisorErrors that name the file. */
function attempt<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw sqliteError(error, path, RELAY_DATABASE)
  }
}

function openDatabase(path: string, { migrations = MIGRATIONS, ...options }: SqliteOptions) {
  const database = openSqlite({ path, kind: RELAY_DATABASE, migrations, ...options })
  return {
    database,
    statements: prepareAll(database, SQL),
    outboxStatements: prepareAll(database, OUTBOX_SQL),
    touch: database.prepare(TOUCH_TOKENS),
  }
}

/**
 * Opens a relay's store in an SQLite file. Every call runs synchronously; the promises only satisfy the port.
 * @throws AxisorError `config`
 */
export function openSqliteRelayStore(path: string, options: SqliteOptions = {}): RelayStore {
  const { database, statements, outboxStatements, touch } = attempt(path, () => openDatabase(path, options))
  const changed = (name: keyof typeof SQL, ...values: Value[]) =>
    attempt(path, () => change(database, statements, name, values))
  const all = (name: keyof typeof SQL, ...values: Value[]) =>
    attempt(path, () => statements[name].all(...values))
  const first = <T>(name: keyof typeof SQL, value: string, read: (row: Row) => T): T | null => {
    const row = attempt(path, () => statements[name].get(value))
    return row === undefined ? null : read(row)
  }
  const outboxes = sqliteOutboxDatabase(work =>
    attempt(path, () => work({ database, statements: outboxStatements })),
  )
  return {
    revision: async () => Number(attempt(path, () => statements.revision.get())?.revision),
    addUser: async user => (changed('addUser', user.id, user.name, user.createdAt) ? user : null),
    users: async () => usersOf(all('users')),
    removeUser: async id => changed('removeUser', id),
    addToken: async (token, digest) => changed('addToken', ...tokenValues(token, digest)),
    tokens: async userId => (userId === null ? all('tokens') : all('tokensOf', userId)).map(tokenOf),
    findToken: async digest => first('findToken', digest, foundTokenOf),
    revokeToken: async (id, at) => changed('revokeToken', at, id),
    async touchTokens(ids, at) {
      attempt(path, () => touch.run(at, JSON.stringify(ids), at))
    },
    putAccount: async account => changed('putAccount', ...accountValues(account)),
    replaceAccount: async (before, account) =>
      changed('replaceAccount', ...accountValues(account), before.userId, before.sealed),
    account: async userId => first('account', userId, accountOf),
    accounts: async () => accountsOf(all('accounts')),
    putAlertSettings: async (settings, before) => changed(...putAlertSettings(settings, before)),
    alertSettings: async userId => first('alertSettings', userId, alertSettingsOf),
    allAlertSettings: async () => allAlertSettingsOf(all('allAlertSettings')),
    outbox: userId => outboxOf(outboxes, userId, async () => {}),
    async close() {
      if (database.isOpen) attempt(path, () => database.close())
    },
  }
}
