import type { Pool, PoolClient } from 'pg'

/** A listener for errors that are reported elsewhere. */
export const ignoreError = () => {}

/** Runs `work` in a transaction. Rolls back if it throws. */
export async function inPostgresTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  // The pool handles errors of idle connections only. While checked out, a lost connection rejects its query, and its error event
  // without a listener would end the process.
  client.on('error', ignoreError)
  let isBroken = true
  try {
    await client.query('BEGIN')
    try {
      const result = await work(client)
      await client.query('COMMIT')
      isBroken = false
      return result
    } catch (error) {
      await client.query('ROLLBACK')
      isBroken = false
      throw error
    }
  } finally {
    // After a failed COMMIT or ROLLBACK the state of the connection is unknown, so it is destroyed.
    client.release(isBroken)
    client.off('error', ignoreError)
  }
}
