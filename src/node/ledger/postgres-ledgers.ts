import { AxisorError } from '../../domain/error.ts'
import type { Env } from '../../ports/env.ts'
import { isPostgresOrphan, postgresError } from '../postgres/postgres-error.ts'
import { openPool } from '../postgres/postgres-pool.ts'
import { readPostgresUrl } from '../postgres/postgres-url.ts'
import { openMemoryLedger } from './open-ledger.ts'
import { type LedgerDatabase, PostgresLedger } from './postgres-ledger.ts'
import type { RelayLedgerStore } from './relay-ledgers.ts'

/** A document is made by one connection; at most four are made at once. */
const LIMITS = { connections: 4, statementMs: 30_000 }

/** Opens the ledgers in the PostgreSQL of a relay, whose store has migrated them. Connects with the first ledger. */
export function openPostgresLedgers(url: string, env: Env): RelayLedgerStore {
  const address = readPostgresUrl(url, env)
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      if (isPostgresOrphan(error)) throw new AxisorError('unavailable', 'the user was removed')
      const mapped = postgresError(error, address)
      // The address of the database is for the log of the relay only.
      if (mapped === error || !(mapped instanceof AxisorError)) throw error
      throw new AxisorError('config', mapped.message, { cause: error })
    }
  }
  let opened: Promise<LedgerDatabase> | null = null
  const database = (): Promise<LedgerDatabase> => {
    opened ??= attempt(async () => ({ pool: await openPool(address, LIMITS), attempt })).catch(error => {
      opened = null
      throw error
    })
    return opened
  }
  const idOf = async (text: string, values: readonly unknown[]): Promise<number | null> => {
    const { pool } = await database()
    const { rows } = await attempt(() => pool.query(text, [...values]))
    return rows[0] === undefined ? null : Number(rows[0].id)
  }
  return {
    async open(name) {
      if (name === null) return openMemoryLedger()
      const values = [name.userId, name.network, name.accountId]
      const { pool } = await database()
      await attempt(() =>
        pool.query(
          'INSERT INTO ledgers (user_id, network, account_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
          values,
        ),
      )
      const id = await idOf(
        'SELECT id FROM ledgers WHERE user_id = $1 AND network = $2 AND account_id = $3',
        values,
      )
      if (id === null) throw new AxisorError('unavailable', 'the user was removed')
      return { ledger: new PostgresLedger(await database(), id), damagedPath: null }
    },
    async find({ userId, network, keyVersion }) {
      const id = await idOf(
        'SELECT id FROM ledgers WHERE user_id = $1 AND network = $2 AND key_version = $3',
        [userId, network, keyVersion],
      )
      return id === null ? null : new PostgresLedger(await database(), id)
    },
    // The database deletes them with their user.
    removeOthers() {},
    async close() {
      const { pool } = (await opened?.catch(() => null)) ?? {}
      await pool?.end()
    },
  }
}
