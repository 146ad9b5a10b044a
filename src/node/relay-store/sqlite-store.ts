import type { DatabaseSync } from 'node:sqlite'
import type { RelayStore } from '../../ports/relay-store.ts'
import {
  accountOf,
  accountsOf,
  accountValues,
  foundTokenOf,
  type Row,
  SQL,
  tokenOf,
  tokenValues,
  usersOf,
  type Value,
} from './rows.ts'
import { MIGRATIONS, SCHEMA_STEP, SCHEMA_TABLE, SCHEMA_VERSION, stepsFrom } from './schema.ts'
import { inTransaction, openSqlite, setApplicationId } from './sqlite.ts'
import { isSqliteOrphan, sqliteError } from './sqlite-error.ts'

const placeholders = (text: string) => text.replace(/\$\d+/g, '?')

const TOUCH_TOKENS = `UPDATE relay_tokens SET last_used_at = ?
  WHERE id IN (SELECT value FROM json_each(?)) AND (last_used_at IS NULL OR last_used_at < ?)`

/** Options for tests. */
export interface SqliteOptions {
  readonly migrations?: typeof MIGRATIONS
  /** Limit of the file's size in pages, to simulate a full disk. */
  readonly maxPages?: number
}

/** Migrates once, even if two relays start at the same time. */
function migrate(database: DatabaseSync, path: string, migrations: typeof MIGRATIONS): void {
  inTransaction(database, () => {
    setApplicationId(database)
    database.exec(SCHEMA_TABLE)
    const version = Number(database.prepare(SCHEMA_VERSION).get()?.version)
    for (const { number, statements } of stepsFrom(version, path, migrations)) {
      for (const statement of statements) database.exec(statement)
      database.prepare(placeholders(SCHEMA_STEP)).run(number)
    }
  })
}

/** Prepares every statement once, so that a token lookup takes microseconds. */
function prepared(database: DatabaseSync) {
  const entries = Object.entries(SQL).map(
    ([name, text]) => [name, database.prepare(placeholders(text))] as const,
  )
  return Object.fromEntries(entries) as Record<keyof typeof SQL, ReturnType<DatabaseSync['prepare']>>
}

type Statements = ReturnType<typeof prepared>

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
    throw sqliteError(error, path)
  }
}

function openDatabase(path: string, { migrations = MIGRATIONS, maxPages }: SqliteOptions) {
  const database = openSqlite(path, maxPages)
  try {
    migrate(database, path, migrations)
    return { database, statements: prepared(database), touch: database.prepare(TOUCH_TOKENS) }
  } catch (error) {
    database.close()
    throw error
  }
}

/**
 * Opens a relay's store in an SQLite file. Every call runs synchronously; the promises only satisfy the port.
 * @throws AxisorError `config`
 */
export function openSqliteRelayStore(path: string, options: SqliteOptions = {}): RelayStore {
  const { database, statements, touch } = attempt(path, () => openDatabase(path, options))
  const changed = (name: keyof typeof SQL, ...values: Value[]) =>
    attempt(path, () => change(database, statements, name, values))
  const all = (name: keyof typeof SQL, ...values: Value[]) =>
    attempt(path, () => statements[name].all(...values))
  const first = <T>(name: keyof typeof SQL, value: string, read: (row: Row) => T): T | null => {
    const row = attempt(path, () => statements[name].get(value))
    return row === undefined ? null : read(row)
  }
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
    async close() {
      if (database.isOpen) attempt(path, () => database.close())
    },
  }
}
