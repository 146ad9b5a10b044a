import type { KeyPermissions } from '../domain/account.ts'
import type { LedgerRows } from '../ledger/rows.ts'

/** A row that no listing of the exchange has. */
type UnlistedRows = Pick<LedgerRows, 'samples' | 'canceledOrders' | 'notices'>

/** What a relay knows of an account without a request. */
export interface LiveRows {
  readonly userId: string
  /** As in `LedgerJob`. */
  readonly keyVersion: number
  readonly network: LedgerJob['network']
  readonly rows: UnlistedRows
}

/**
 * `no-ledger`: no document was made yet with this key. `damaged`: the file was damaged and is kept aside. `busy`: a document is being made, or
 * another process writes. `failed`: the ledger can't be written.
 */
export type KeepOutcome = 'kept' | 'no-ledger' | 'damaged' | 'busy' | 'failed'

/** Where a relay keeps ledgers: files in a folder, or tables in its PostgreSQL, whose URL may contain a password. */
export type LedgerPlace = { readonly folder: string } | { readonly database: string }

/** A document to make from the ledger of a relay's account. */
export interface LedgerJob {
  readonly userId: string
  /** Changes with the user's exchange key: another key may be of another account. */
  readonly keyVersion: number
  readonly network: 'mainnet' | 'signet' | 'simulator'
  /** What is known of the key's permissions; null for nothing. */
  readonly permissions: KeyPermissions | null
  /** Name of the document. */
  readonly name: string
  /** Which document, as decoded from the request. */
  readonly request: unknown
  /** Stored before the document is made. */
  readonly keep?: UnlistedRows
}

/** A made document. */
export interface LedgerResult {
  /** JSON. */
  readonly body: string
  /** Changes with the rows of the document, but not with the time at which it was made. */
  readonly etag: string
  /** Path at which a damaged ledger is kept that this job found; null for none. */
  readonly damagedPath: string | null
}

/** Reads the exchange for a job. */
export interface LedgerReads {
  /**
   * Sends a request to a route of the exchange by its name in the route table, with low priority.
   * @throws AxisorError as the exchange
   */
  read(route: string, query: object | undefined): Promise<LedgerReadReply>
}

/** A reply with status 200. */
export interface LedgerReadReply {
  readonly body: string
  /** The exchange's clock when it arrived, ms since 1970. */
  readonly exchangeNowMs: number
}

/** Keeps the ledgers of a relay's accounts on a thread of its own, because SQLite and long sums block one. */
export interface LedgerWorker {
  /**
   * Reads what is new and makes a document. The caller runs one job at a time per user. `onRows` is called with the number of rows read.
   * @throws AxisorError as `reads` and the ledger; unavailable, if the thread ended
   */
  run(job: LedgerJob, reads: LedgerReads, onRows: (rows: number) => void): Promise<LedgerResult>
  /** Stores rows in ledgers that exist. Returns an outcome for each item. @throws AxisorError unavailable, if the thread ended */
  keep(items: readonly LiveRows[]): Promise<readonly KeepOutcome[]>
  /** Deletes the ledgers of all other users. Jobs of them end first. @throws AxisorError config, if a file can't be deleted */
  retain(userIds: readonly string[]): Promise<void>
  /** Times that the thread ended unexpectedly. */
  readonly crashes: number
  /** Ends the thread. A commit that runs is completed or undone. */
  close(): Promise<void>
}
