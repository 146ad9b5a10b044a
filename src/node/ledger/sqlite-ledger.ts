import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { AxisorError } from '../../domain/error.ts'
import type { RouteState } from '../../ledger/coverage.ts'
import type { LedgerTable, LedgerTables } from '../../ledger/rows.ts'
import type { FieldOf, Ledger, LedgerCommit, LedgerRange } from '../../ports/ledger.ts'
import { inTransaction } from '../database/sqlite.ts'
import type { Codec, Stored } from './codecs.ts'
import { columnsOf, TABLE_NAMES, TABLES } from './tables.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Samples older than `olderMs` are kept once in `everyMs`. */
const RETENTION = [
  { olderMs: 365 * DAY_MS, everyMs: DAY_MS },
  { olderMs: 7 * DAY_MS, everyMs: HOUR_MS },
  { olderMs: 0, everyMs: MINUTE_MS },
] as const

type Columns = ReturnType<typeof columnsOf>

/** The statements of a table, prepared when they are first used. */
class TableStatements {
  readonly #database: DatabaseSync
  readonly #table: LedgerTable
  readonly #columns: Columns
  #upsert: StatementSync | null = null
  #select: StatementSync | null = null

  constructor(database: DatabaseSync, table: LedgerTable) {
    this.#database = database
    this.#table = table
    this.#columns = columnsOf(table)
  }

  store(row: object): void {
    this.#upsert ??= this.#database.prepare(this.#upsertSql())
    this.#upsert.run(...this.#columns.map(([name, codec]) => codec.encode(Reflect.get(row, name))))
  }

  /** Rows in the order of their time, then of their arrival. */
  select(from: number, to: number): readonly object[] {
    const { time } = TABLES[this.#table]
    this.#select ??= this.#prepareSelect(
      this.#columns,
      `WHERE ${time} BETWEEN ? AND ? ORDER BY ${time}, rowid`,
    )
    const rows: object[] = []
    for (const values of this.#select.iterate(from, to))
      rows.push(rowOf(this.#columns, values as unknown as Stored[]))
    return rows
  }

  /** Visits all rows in any order: to sort 100,000 rows takes as long as to read them. Each column takes time too. */
  scan(visit: (row: object) => void, fields: readonly string[] | undefined): void {
    const columns = this.#columns.filter(([name]) => fields?.includes(name) ?? true)
    for (const values of this.#prepareSelect(columns, '').iterate())
      visit(rowOf(columns, values as unknown as Stored[]))
  }

  #prepareSelect(columns: Columns, clause: string): StatementSync {
    const names = columns.map(([name]) => `"${name}"`).join(', ')
    const statement = this.#database.prepare(`SELECT ${names} FROM ${this.#table} ${clause}`)
    statement.setReturnArrays(true)
    return statement
  }

  #upsertSql(): string {
    const names = this.#columns.map(([name]) => `"${name}"`)
    const { key } = TABLES[this.#table]
    const changes = names.filter(name => name !== `"${key}"`).map(name => `${name} = excluded.${name}`)
    return `INSERT INTO ${this.#table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
      ON CONFLICT ("${key}") DO UPDATE SET ${changes.join(', ')}`
  }
}

function rowOf(columns: Columns, values: readonly Stored[]): object {
  const row: Record<string, unknown> = {}
  // Hot: a report reads 100,000 rows.
  for (let index = 0; index < columns.length; index += 1) {
    const column = columns[index]
    if (column === undefined) continue
    const stored = values[index] ?? null
    // Numbers are stored as they are.
    row[column[0]] = typeof stored === 'number' && column[1].isPlain ? stored : decoded(column[1], stored)
  }
  return row
}

function decoded(codec: Codec, stored: Stored): unknown {
  return stored === null ? null : codec.decode(stored)
}

function stolen(): AxisorError {
  return new AxisorError('unavailable', 'another axisor process has taken over the ledger', {
    hint: 'Nothing was lost. Try again.',
  })
}

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
    { from = Number.MIN_SAFE_INTEGER, to = Number.MAX_SAFE_INTEGER }: LedgerRange = {},
  ): Promise<readonly LedgerTables[Table][]> {
    return this.#run(() => this.#tables[table].select(from, to) as readonly LedgerTables[Table][])
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

  async commit({ rows, route, replaces, writer }: LedgerCommit): Promise<void> {
    this.#write(() => {
      if (!this.#isWriter(writer)) throw stolen()
      if (replaces !== undefined) this.#database.exec('DELETE FROM trades WHERE state < 2')
      for (const table of TABLE_NAMES) for (const row of rows[table] ?? []) this.#tables[table].store(row)
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
      for (const { olderMs, everyMs } of RETENTION) {
        const until = now - olderMs
        this.#database
          .prepare(
            `DELETE FROM samples WHERE at > ? AND at <= ? AND EXISTS
               (SELECT 1 FROM samples later WHERE later.at > samples.at AND later.at / CAST(? AS INTEGER) = samples.at / CAST(? AS INTEGER))`,
          )
          .run(newest, until, everyMs, everyMs)
        newest = until
      }
    })
  }

  async close(): Promise<void> {
    if (this.#database.isOpen) this.#database.close()
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
