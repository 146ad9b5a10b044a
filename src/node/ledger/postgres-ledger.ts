import type { Pool, PoolClient } from 'pg'
import { AxisorError } from '../../domain/error.ts'
import type { RouteState } from '../../ledger/coverage.ts'
import type { LedgerTable, LedgerTables, TradeRow } from '../../ledger/rows.ts'
import type { FieldOf, Ledger, LedgerCommit, LedgerMarks, LedgerRange } from '../../ports/ledger.ts'
import { inPostgresTransaction } from '../postgres/postgres-transaction.ts'
import { POSTGRES_TABLES, type PostgresTable } from './postgres-tables.ts'
import { SAMPLE_RETENTION } from './retention.ts'
import { stolen } from './stolen.ts'

/** Rows that a scan has in memory. */
const FETCH = 2_000

/** The clock of the server, so that the relays of a cluster measure a lease by one clock. Ms since 1970. */
const NOW = '(EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT'

/** The connections of all ledgers. `attempt` maps the errors of the driver. */
export interface LedgerDatabase {
  readonly pool: Pool
  attempt<T>(work: () => Promise<T>): Promise<T>
}

type Columns = PostgresTable['columns']

/** A ledger in tables of a relay's PostgreSQL. Every call is a transaction of its own, and leaves nothing in the session. */
export class PostgresLedger implements Ledger {
  readonly path = null
  readonly #database: LedgerDatabase
  /** Number of the ledger. */
  readonly #id: number

  constructor(database: LedgerDatabase, id: number) {
    this.#database = database
    this.#id = id
  }

  async read<Table extends LedgerTable>(
    table: Table,
    { from = Number.MIN_SAFE_INTEGER, to = Number.MAX_SAFE_INTEGER, newest }: LedgerRange = {},
  ): Promise<readonly LedgerTables[Table][]> {
    const { time } = POSTGRES_TABLES[table]
    const rows =
      newest === undefined
        ? this.#select(table, `${time} BETWEEN $2 AND $3 ORDER BY ${time}, seq`, [from, to])
        : this.#select(table, `TRUE ORDER BY ${time} DESC, seq DESC LIMIT $2`, [newest])
    return newest === undefined ? rows : (await rows).toReversed()
  }

  async unfinishedTrades(): Promise<readonly TradeRow[]> {
    return this.#select('trades', 'state < 2 ORDER BY seq', [])
  }

  async scan<Table extends LedgerTable, Field extends FieldOf<Table> = FieldOf<Table>>(
    table: Table,
    visit: (row: Pick<LedgerTables[Table], Field>) => void,
    fields?: readonly Field[],
  ): Promise<void> {
    const { name, columns } = POSTGRES_TABLES[table]
    const wanted = columns.filter(({ field }) => fields?.includes(field as Field) ?? true)
    await this.#transaction(async client => {
      await client.query(
        `DECLARE scanned NO SCROLL CURSOR FOR SELECT ${namesOf(wanted)} FROM ${name} WHERE ledger = $1`,
        [this.#id],
      )
      for (;;) {
        const text = `FETCH ${FETCH} FROM scanned`
        const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' })
        for (const values of rows) visit(rowOf(wanted, values) as never)
        if (rows.length < FETCH) return
      }
    })
  }

  async routes(): Promise<readonly RouteState[]> {
    const { rows } = await this.#run(pool =>
      pool.query('SELECT state FROM ledger_routes WHERE ledger = $1 ORDER BY route', [this.#id]),
    )
    return rows.map(({ state }) => JSON.parse(String(state)) as RouteState)
  }

  async marks(): Promise<LedgerMarks> {
    const { rows } = await this.#run(pool =>
      pool.query('SELECT trades_read_at, key_version FROM ledgers WHERE id = $1', [this.#id]),
    )
    const [row] = rows
    const markOf = (value: unknown): number | null => (value == null ? null : Number(value))
    return { tradesReadAt: markOf(row?.trades_read_at), keyVersion: markOf(row?.key_version) }
  }

  async commit({ rows, route, replaces, marks = {}, writer }: LedgerCommit): Promise<void> {
    await this.#transaction(async client => {
      // Locks the ledger until the end, so that no other writer takes over in between.
      const { rows: held } = await client.query('SELECT holder FROM ledgers WHERE id = $1 FOR UPDATE', [
        this.#id,
      ])
      if (held[0]?.holder !== writer) throw stolen()
      if (replaces !== undefined)
        await client.query('DELETE FROM ledger_trades WHERE ledger = $1 AND state < 2', [this.#id])
      for (const table of Object.keys(rows) as LedgerTable[])
        await this.#upsert(client, POSTGRES_TABLES[table], rows[table] ?? [])
      if (Object.keys(marks).length > 0)
        await client.query(
          `UPDATE ledgers SET trades_read_at = COALESCE($2, trades_read_at), key_version = COALESCE($3, key_version) WHERE id = $1`,
          [this.#id, marks.tradesReadAt ?? null, marks.keyVersion ?? null],
        )
      if (route === undefined) return
      await client.query(
        `INSERT INTO ledger_routes VALUES ($1, $2, $3) ON CONFLICT (ledger, route) DO UPDATE SET state = excluded.state`,
        [this.#id, route.route, JSON.stringify(route)],
      )
    })
  }

  /** `_now` is not used: the clock of the server decides. */
  async lease(writer: string, _now: number, ttlMs: number): Promise<boolean> {
    const { rowCount } = await this.#run(pool =>
      pool.query(
        `UPDATE ledgers SET holder = $2, expires_at = ${NOW} + $3::BIGINT WHERE id = $1
           AND (holder IS NULL OR holder = $2 OR expires_at <= ${NOW} OR expires_at > ${NOW} + 2 * $3::BIGINT)`,
        [this.#id, writer, ttlMs],
      ),
    )
    if (rowCount === 1) return true
    const { rows } = await this.#run(pool => pool.query('SELECT 1 FROM ledgers WHERE id = $1', [this.#id]))
    // Otherwise a caller would wait without end for another writer of a ledger that was deleted with its user.
    if (rows.length === 0) throw new AxisorError('unavailable', 'the ledger was deleted')
    return false
  }

  async release(writer: string): Promise<void> {
    await this.#run(pool =>
      pool.query('UPDATE ledgers SET holder = NULL WHERE id = $1 AND holder = $2', [this.#id, writer]),
    )
  }

  async thinSamples(now: number): Promise<void> {
    await this.#transaction(async client => {
      let newest = now - Number.MAX_SAFE_INTEGER
      for (const { olderMs, everyMs } of SAMPLE_RETENTION) {
        const until = now - olderMs
        await client.query(
          `DELETE FROM ledger_samples s WHERE ledger = $1 AND at > $2 AND at <= $3 AND EXISTS
             (SELECT 1 FROM ledger_samples later WHERE later.ledger = s.ledger AND later.at > s.at
               AND later.at < (s.at / $4::BIGINT + 1) * $4::BIGINT)`,
          [this.#id, newest, until, everyMs],
        )
        newest = until
      }
    })
  }

  /** The connections are shared with other ledgers. */
  async close(): Promise<void> {}

  async #select<Table extends LedgerTable>(
    table: Table,
    condition: string,
    values: readonly number[],
  ): Promise<readonly LedgerTables[Table][]> {
    const { name, columns } = POSTGRES_TABLES[table]
    const text = `SELECT ${namesOf(columns)} FROM ${name} WHERE ledger = $1 AND ${condition}`
    const { rows } = await this.#run(pool =>
      pool.query<unknown[]>({ text, values: [this.#id, ...values], rowMode: 'array' }),
    )
    return rows.map(row => rowOf(columns, row)) as unknown as readonly LedgerTables[Table][]
  }

  async #upsert(
    client: PoolClient,
    { name, columns, key }: PostgresTable,
    rows: readonly object[],
  ): Promise<void> {
    if (rows.length === 0) return
    // One statement changes a row once only.
    const last = [...new Map(rows.map(row => [Reflect.get(row, key.field), row])).values()]
    const arrays = columns.map(({ field, encode }) => last.map(row => encode(Reflect.get(row, field))))
    const values = columns.map(({ type }, index) => `$${index + 2}::${type}[]`).join(', ')
    const changes = columns.filter(each => each !== key).map(each => `${each.name} = excluded.${each.name}`)
    await client.query(
      `INSERT INTO ${name} (ledger, ${namesOf(columns)}) SELECT $1::BIGINT, * FROM unnest(${values})
         ON CONFLICT (ledger, ${key.name}) DO UPDATE SET ${changes.join(', ')}`,
      [this.#id, ...arrays],
    )
  }

  #run<T>(work: (pool: Pool) => Promise<T>): Promise<T> {
    return this.#database.attempt(() => work(this.#database.pool))
  }

  #transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    return this.#run(pool => inPostgresTransaction(pool, work))
  }
}

function namesOf(columns: Columns): string {
  return columns.map(({ name }) => name).join(', ')
}

function rowOf(columns: Columns, values: readonly unknown[]): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  for (const [index, { field, decode }] of columns.entries()) row[field] = decode(values[index] ?? null)
  return row
}
