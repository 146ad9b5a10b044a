import type { DatabaseSync } from 'node:sqlite'
import type { RouteState } from '../../ledger/coverage.ts'
import type { LedgerTable, LedgerTables, TradeRow } from '../../ledger/rows.ts'
import type { FieldOf, Ledger, LedgerCommit, LedgerMarks, LedgerRange } from '../../ports/ledger.ts'
import { inTransaction } from '../database/sqlite.ts'
import { SAMPLE_RETENTION } from './retention.ts'
import { stolen } from './stolen.ts'
import { TableStatements } from './table-statements.ts'
import { TABLE_NAMES } from './tables.ts'

/**
 * A ledger in an open database. Every call runs synchronously; the promises only satisfy the port. `mapped` converts the errors of SQLite.
 */
export class SqliteLedger implements Ledger {
  readonly path: string | null
  readonly #database: DatabaseSync
  readonly #mapped: (error: unknown) => unknown
  readonly #tables: Readonly<Record<LedgerTable, TableStatements>>

  constructor(database: DatabaseSync, path: string | null, mapped: (error: unknown) => unknown) {
    this.path = path
    this.#database = database
    this.#mapped = mapped
    this.#tables = Object.fromEntries(
      TABLE_NAMES.map(table => [table, new TableStatements(database, table)]),
    ) as Record<LedgerTable, TableStatements>
  }

  async read<Table extends LedgerTable>(
    table: Table,
    { from = Number.MIN_SAFE_INTEGER, to = Number.MAX_SAFE_INTEGER, newest }: LedgerRange = {},
  ): Promise<readonly LedgerTables[Table][]> {
    const statements = this.#tables[table]
    const rows = this.#run(() =>
      newest === undefined ? statements.select(from, to) : statements.newest(newest),
    )
    return rows as readonly LedgerTables[Table][]
  }

  async unfinishedTrades(): Promise<readonly TradeRow[]> {
    return this.#run(() => this.#tables.trades.selectWhere('state < 2', [])) as readonly TradeRow[]
  }

  async scan<Table extends LedgerTable, Field extends FieldOf<Table> = FieldOf<Table>>(
    table: Table,
    visit: (row: Pick<LedgerTables[Table], Field>) => void,
    fields?: readonly Field[],
  ): Promise<void> {
    this.#run(() => this.#tables[table].scan(visit as (row: object) => void, fields))
  }

  async routes(): Promise<readonly RouteState[]> {
    const rows = this.#run(() => this.#database.prepare('SELECT state FROM routes ORDER BY route').all())
    return rows.map(({ state }) => JSON.parse(String(state)) as RouteState)
  }

  async marks(): Promise<LedgerMarks> {
    const rows = this.#run(() => this.#database.prepare('SELECT name, value FROM marks').all())
    const markOf = (name: keyof LedgerMarks): number | null => {
      const value = rows.find(row => row.name === name)?.value
      return typeof value === 'number' ? value : null
    }
    return { tradesReadAt: markOf('tradesReadAt'), keyVersion: markOf('keyVersion') }
  }

  async commit({ rows, route, replaces, marks = {}, writer }: LedgerCommit): Promise<void> {
    this.#write(() => {
      if (!this.#isWriter(writer)) throw stolen()
      if (replaces !== undefined) this.#database.exec('DELETE FROM trades WHERE state < 2')
      for (const table of TABLE_NAMES) for (const row of rows[table] ?? []) this.#tables[table].store(row)
      for (const [name, value] of Object.entries(marks)) this.#mark(name, value)
      if (route === undefined) return
      this.#database
        .prepare('INSERT INTO routes VALUES (?, ?) ON CONFLICT (route) DO UPDATE SET state = excluded.state')
        .run(route.route, JSON.stringify(route))
    })
  }

  async lease(writer: string, now: number, ttlMs: number): Promise<boolean> {
    return this.#write(() => {
      // A lease that lasts much longer than it may was taken with a clock that was ahead.
      const { changes } = this.#database
        .prepare(
          `UPDATE writer SET holder = ?, expiresAt = ?
           WHERE holder IS NULL OR holder = ? OR expiresAt <= ? OR expiresAt > ?`,
        )
        .run(writer, now + ttlMs, writer, now, now + 2 * ttlMs)
      return Number(changes) > 0
    })
  }

  async release(writer: string): Promise<void> {
    this.#write(() => {
      this.#database.prepare('UPDATE writer SET holder = NULL WHERE holder = ?').run(writer)
    })
  }

  async thinSamples(now: number): Promise<void> {
    this.#write(() => {
      let newest = now - Number.MAX_SAFE_INTEGER
      for (const { olderMs, everyMs } of SAMPLE_RETENTION) {
        const until = now - olderMs
        this.#database
          .prepare(
            `DELETE FROM samples WHERE at > ? AND at <= ? AND EXISTS
               (SELECT 1 FROM samples later WHERE later.at > samples.at
                 AND later.at < (samples.at / CAST(? AS INTEGER) + 1) * CAST(? AS INTEGER))`,
          )
          .run(newest, until, everyMs, everyMs)
        newest = until
      }
    })
  }

  async close(): Promise<void> {
    if (this.#database.isOpen) this.#database.close()
  }

  #mark(name: string, value: number | null): void {
    this.#database
      .prepare('INSERT INTO marks VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
      .run(name, value)
  }

  #isWriter(writer: string): boolean {
    return this.#database.prepare('SELECT holder FROM writer').get()?.holder === writer
  }

  #write<T>(work: () => T): T {
    return this.#run(() => inTransaction(this.#database, work))
  }

  #run<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw this.#mapped(error)
    }
  }
}
