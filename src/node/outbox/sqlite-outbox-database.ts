import type { DatabaseSync } from 'node:sqlite'
import { inTransaction, type prepareAll } from '../database/sqlite.ts'
import { isSqliteOrphan } from '../database/sqlite-error.ts'
import { type OutboxDatabase, removedUser } from './outbox.ts'
import type { Script } from './scripts.ts'
import type { OutboxStatement } from './statements.ts'

/** An open SQLite database with the tables of outboxes. */
export interface OpenedSqlite {
  readonly database: DatabaseSync
  readonly statements: ReturnType<typeof prepareAll<OutboxStatement>>
}

function runScript<T>({ database, statements }: OpenedSqlite, script: Script<T>): T {
  try {
    return inTransaction(database, () => {
      let step = script.next([])
      while (!step.done) {
        const [name, ...values] = step.value
        step = script.next(statements[name].all(...values))
      }
      return step.value
    })
  } catch (error) {
    throw isSqliteOrphan(error) ? removedUser(error) : error
  }
}

/** Runs a script without waiting for the disk. A later commit with the usual setting also syncs this one. */
function runUnsynced<T>(opened: OpenedSqlite, script: Script<T>): T {
  opened.database.exec('PRAGMA synchronous = NORMAL')
  try {
    return runScript(opened, script)
  } finally {
    opened.database.exec('PRAGMA synchronous = FULL')
  }
}

/** Runs outboxes on SQLite. `withOpened` runs each piece of work on the open database and maps its errors. */
export function sqliteOutboxDatabase(
  withOpened: <T>(work: (opened: OpenedSqlite) => T) => T,
): OutboxDatabase {
  return {
    read: async (name, ...values) => withOpened(({ statements }) => statements[name].all(...values)),
    run: async script => withOpened(opened => runScript(opened, script)),
    runVolatile: async script => withOpened(opened => runUnsynced(opened, script)),
  }
}
