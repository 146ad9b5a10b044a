import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { LedgerTable } from '../../ledger/rows.ts'
import type { Codec, Stored } from './codecs.ts'
import { columnsOf, TABLES } from './tables.ts'

type Columns = ReturnType<typeof columnsOf>

/** The statements of a table, prepared when they are first used. */
export class TableStatements {
  readonly #database: DatabaseSync
  readonly #table: LedgerTable
  readonly #columns: Columns
  #upsert: StatementSync | null = null
  #select: StatementSync | null = null
  readonly #where = new Map<string, StatementSync>()

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

  /** The newest rows, oldest first. */
  newest(count: number): readonly object[] {
    const { time } = TABLES[this.#table]
    return this.selectWhere(`TRUE ORDER BY ${time} DESC, rowid DESC LIMIT ?`, [count]).toReversed()
  }

  /** Rows that meet a condition of SQL, in any order. Each text is prepared once. */
  selectWhere(condition: string, values: readonly Stored[]): readonly object[] {
    const known = this.#where.get(condition)
    const statement = known ?? this.#prepareSelect(this.#columns, `WHERE ${condition}`)
    if (known === undefined) this.#where.set(condition, statement)
    return statement.all(...values).map(row => rowOf(this.#columns, row as unknown as Stored[]))
  }

  #prepareSelect(columns: Columns, clause: string): StatementSync {
    const selected = columns.map(([name, codec]) => codec.selected?.(`"${name}"`) ?? `"${name}"`).join(', ')
    const statement = this.#database.prepare(`SELECT ${selected} FROM ${this.#table} ${clause}`)
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
