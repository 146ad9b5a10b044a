import type { DatabaseSync } from 'node:sqlite'
import type { HistoryRow } from '../../ledger/history-row.ts'
import type { FundingRow, TradeRow } from '../../ledger/rows.ts'
import { idCodec, type Stored } from './codecs.ts'
import { TableStatements } from './table-statements.ts'

/** A row of the list: a fill by its index, or a trade by its row in the table. */
export interface ListedRow {
  readonly at: number
  readonly fill?: number
  readonly rowid?: number
}

/** Lists closed trades and fills, newest first, and reads the trades of a page. The list holds times and row numbers only. */
export class TradePages {
  readonly #database: DatabaseSync
  readonly #mapped: (error: unknown) => unknown
  readonly #trades: TableStatements
  readonly #funding: TableStatements
  #listed: readonly ListedRow[] = []

  /** `mapped` converts the errors of SQLite. */
  constructor(database: DatabaseSync, mapped: (error: unknown) => unknown) {
    this.#database = database
    this.#mapped = mapped
    this.#trades = new TableStatements(database, 'trades')
    this.#funding = new TableStatements(database, 'funding')
  }

  /** Changes with every commit, of this process and of others. */
  databaseState(): string {
    return this.#run(() => {
      const row = this.#database.prepare('SELECT total_changes() AS own').get()
      const { data_version: others } = this.#database.prepare('PRAGMA data_version').get() ?? {}
      return `${row?.own} ${others}`
    })
  }

  listed(): readonly ListedRow[] {
    return this.#listed
  }

  list(fills: readonly ListedRow[]): void {
    const rows: ListedRow[] = [...fills]
    this.#run(() => {
      const statement = this.#database.prepare('SELECT closedAt, rowid FROM trades WHERE state = 2')
      statement.setReturnArrays(true)
      for (const values of statement.iterate()) {
        const [at, rowid] = values as unknown as readonly Stored[]
        rows.push({ at: Number(at), rowid: Number(rowid) })
      }
    })
    this.#listed = rows.sort((a, b) => b.at - a.at)
  }

  /** Reads the rows of a part of the list, in its order. */
  read(
    listed: readonly ListedRow[],
    fillOf: (index: number) => HistoryRow | null,
    tradeOf: (trade: TradeRow) => HistoryRow | null,
  ): readonly HistoryRow[] {
    return listed.flatMap(({ fill, rowid }) => {
      if (fill !== undefined) return fillOf(fill) ?? []
      const [trade] =
        rowid === undefined ? [] : this.#run(() => this.#trades.selectWhere('rowid = ?', [rowid]))
      return trade === undefined ? [] : (tradeOf(trade as TradeRow) ?? [])
    })
  }

  /** Funding fees of the cross position, oldest first. */
  crossFunding(): readonly FundingRow[] {
    return this.#run(
      () => this.#funding.selectWhere('mode = 1 ORDER BY at, rowid', []) as readonly FundingRow[],
    )
  }

  trade(id: string): TradeRow | null {
    const [trade] = this.#run(() => this.#trades.selectWhere('id = ?', [idCodec.encode(id)]))
    return (trade as TradeRow | undefined) ?? null
  }

  #run<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw this.#mapped(error)
    }
  }
}
