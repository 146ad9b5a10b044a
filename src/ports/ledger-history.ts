import type { EquityRanges } from '../ledger/curve-buckets.ts'
import type { HistoryRow } from '../ledger/history-row.ts'
import type { RecentSums } from '../ledger/recent-sums.ts'
import type { StoryEvent } from '../ledger/story-event.ts'
import type { Ledger, LedgerName } from './ledger.ts'

/** How much of the listings behind the sums is there. Times are ms since 1970. */
export interface HistoryCoverage {
  /** Complete from then on; null: from the first row of each listing. Meaningless if `to` is null. */
  readonly from: number | null
  /** Complete up to then; null if nothing is. */
  readonly to: number | null
  /** Which listing is not whole, and why; null if all are. */
  readonly reason: string | null
}

/** The figures of an account's history. */
export interface HistorySummary {
  readonly sums: RecentSums
  readonly curves: EquityRanges
  readonly coverage: HistoryCoverage
  /** Closed trades and fills in the ledger. */
  readonly count: number
  /** Time of the oldest of them, ms since 1970; null if there is none. */
  readonly oldestAt: number | null
}

/** The history of an account, as a screen reads it: rows come in pages, since there may be very many. */
export interface LedgerHistory {
  /** `now`: ms since 1970 by the exchange's clock. @throws AxisorError as every call of the ledger; the same for the others */
  summary(now: number): Promise<HistorySummary>
  /** Closed trades and fills, newest first, `count` from the row `first` on. */
  rows(first: number, count: number): Promise<readonly HistoryRow[]>
  /** What happened to an isolated trade, or to the cross position of a fill, oldest first; null if the ledger has none of this id. */
  story(id: string): Promise<readonly StoryEvent[] | null>
}

/** A ledger for a screen: no call blocks the thread of the caller for long. */
export interface OpenedHistory {
  readonly ledger: Ledger
  readonly history: LedgerHistory
  /** As in `OpenedLedger`. */
  readonly damagedPath: string | null
}

/** Opens the ledger of an account, or one in memory for null. @throws AxisorError as `openLedger` of the world */
export type OpenHistory = (name: LedgerName | null) => Promise<OpenedHistory>
