import type { RouteState } from '../ledger/coverage.ts'
import type { LedgerRows, LedgerTable, LedgerTables, TradeRow } from '../ledger/rows.ts'

/** What is written at once: either all of it or nothing is stored. */
export interface LedgerCommit {
  readonly rows: LedgerRows
  /** The new state of the listing that the rows are from. */
  readonly route?: RouteState
  /** Trades of these states that are not in `rows.trades` have ended in a way that a listing will show, and are removed. */
  readonly replaces?: 'unfinished-trades'
  /** Marks to change. */
  readonly marks?: Partial<LedgerMarks>
  /** Who writes: the commit fails if another writer has taken over. */
  readonly writer: string
}

/** What a ledger knows of itself. Null if it was never marked. */
export interface LedgerMarks {
  /** When the unfinished trades were last read, ms since 1970 by the exchange's clock. */
  readonly tradesReadAt: number | null
  /** Version of the exchange key in the database of a relay by which the account of the ledger was found. */
  readonly keyVersion: number | null
}

/** Which rows to read, ms since 1970, both inclusive. Absent: no bound. */
export interface LedgerRange {
  readonly from?: number
  readonly to?: number
  /** Only so many of the newest rows; the bounds are then ignored. */
  readonly newest?: number
}

/** The name of a field of a table's rows. */
export type FieldOf<Table extends LedgerTable> = keyof LedgerTables[Table] & string

/**
 * The ledger of one account. Several processes may read it; one of them writes. Completed commits survive kill -9 and power loss.
 * @throws AxisorError `config` from every call, if it can't be read or written (damaged, disk full)
 */
export interface Ledger {
  /** Path of the file; null if it is kept in memory. */
  readonly path: string | null
  /** Rows of a table, oldest first. Rows of one time are in the order of their arrival. */
  read<Table extends LedgerTable>(table: Table, range?: LedgerRange): Promise<readonly LedgerTables[Table][]>
  /** Open and running trades. */
  unfinishedTrades(): Promise<readonly TradeRow[]>
  /** Visits all rows of a table, in any order and one at a time, so that they need no memory. `fields`: the ones to read; absent: all. */
  scan<Table extends LedgerTable, Field extends FieldOf<Table> = FieldOf<Table>>(
    table: Table,
    visit: (row: Pick<LedgerTables[Table], Field>) => void,
    fields?: readonly Field[],
  ): Promise<void>
  /** States of all listings that were read at least in part. */
  routes(): Promise<readonly RouteState[]>
  marks(): Promise<LedgerMarks>
  /** Stores rows; one of a known id replaces it. @throws AxisorError unavailable, if another writer has taken over */
  commit(commit: LedgerCommit): Promise<void>
  /** Becomes the writer, or stays it, for `ttlMs`. Returns false if another one is. Times are those of the wall clock. */
  lease(writer: string, now: number, ttlMs: number): Promise<boolean>
  /** Ends the lease of this writer. */
  release(writer: string): Promise<void>
  /** Thins the samples: one a minute for 7 days, one an hour for a year, one a day for all times. */
  thinSamples(now: number): Promise<void>
  /** Closes it. Calling it twice has no further effect. */
  close(): Promise<void>
}

/** A ledger that was opened. */
export interface OpenedLedger {
  readonly ledger: Ledger
  /** Path at which the damaged previous file is kept; null if it was intact. */
  readonly damagedPath: string | null
}

/** Which ledger: the network and the account's id. */
export interface LedgerName {
  readonly network: string
  readonly accountId: string
}

/** A ledger in the state folder. */
export interface LedgerFile extends LedgerName {
  readonly path: string
  readonly bytes: number
}
