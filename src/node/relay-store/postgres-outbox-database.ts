import type { Pool } from 'pg'
import type { Row } from '../database/statement.ts'
import { type OutboxDatabase, removedUser } from '../outbox/outbox.ts'
import type { Script } from '../outbox/scripts.ts'
import { OUTBOX_SQL } from '../outbox/statements.ts'
import { isPostgresOrphan } from '../postgres/postgres-error.ts'
import { inPostgresTransaction } from '../postgres/postgres-transaction.ts'

async function runScript<T>(pool: Pool, script: Script<T>): Promise<T> {
  try {
    return await inPostgresTransaction(pool, async client => {
      let step = script.next([])
      while (!step.done) {
        const [name, ...values] = step.value
        step = script.next((await client.query<Row>(OUTBOX_SQL[name], values)).rows)
      }
      return step.value
    })
  } catch (error) {
    throw isPostgresOrphan(error) ? removedUser(error) : error
  }
}

/** Runs outboxes on PostgreSQL. `attempt` runs each piece of work and maps its errors. */
export function postgresOutboxDatabase(
  pool: Pool,
  attempt: <T>(work: () => Promise<T>) => Promise<T>,
): OutboxDatabase {
  const run = <T>(script: Script<T>) => attempt(() => runScript(pool, script))
  return {
    read: (name, ...values) => attempt(async () => (await pool.query<Row>(OUTBOX_SQL[name], values)).rows),
    run,
    runVolatile: run,
  }
}
