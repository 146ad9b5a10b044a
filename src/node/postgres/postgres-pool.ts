import { Pool, type PoolConfig } from 'pg'
import { isStartupRefused } from './postgres-error.ts'
import { ignoreError } from './postgres-transaction.ts'
import type { PostgresAddress } from './postgres-url.ts'

/** Limits of a pool. Times in ms. */
interface PoolLimits {
  readonly connections: number
  /** After this a statement ends on the server; a reply is awaited for 3 s more. */
  readonly statementMs: number
}

const GRACE_MS = 3_000

/**
 * Connects with the limits of the server, or without them through PgBouncer, which refuses parameters of a session that it shares. There
 * `query_timeout` limits each statement.
 */
export async function openPool(
  { config }: PostgresAddress,
  { connections, statementMs }: PoolLimits,
): Promise<Pool> {
  const options = {
    max: connections,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    query_timeout: statementMs + GRACE_MS,
    application_name: 'axisor relay',
    keepAlive: true,
  }
  // The server's own limits, sent when a connection starts.
  const limits = {
    statement_timeout: statementMs,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 10_000,
  }
  const pool = poolOf({ ...options, ...limits, ...config })
  try {
    await pool.query('SELECT 1')
    return pool
  } catch (error) {
    await pool.end()
    if (isStartupRefused(error)) return poolOf({ ...options, ...config })
    throw error
  }
}

function poolOf(options: PoolConfig): Pool {
  const pool = new Pool(options)
  // The pool replaces an idle connection that ends; the next query rejects if that fails.
  pool.on('error', ignoreError)
  return pool
}
