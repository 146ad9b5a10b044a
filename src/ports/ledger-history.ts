import type { HistoryRow } from '../ledger/history-row.ts'
import type { HistorySummary } from '../ledger/history-summary.ts'
import type { StoryEvent } from '../ledger/story-event.ts'
import type { Ledger, LedgerName } from './ledger.ts'

/** A part of the list of closed trades and fills, newest first. */
export interface HistoryPage {
  readonly rows: readonly HistoryRow[]
  /** Rows of the whole list: another number than in the summary means that the list has changed since. */
  readonly total: number
}

/** The history of an account, as a screen reads it: rows come in pages, since there may be very many. */
export interface LedgerHistory {
  /** `now`: ms since 1970 by the exchange's clock. @throws AxisorError as every call of the ledger; the same for the others */
  summary(now: number): Promise<HistorySummary>
  /** Closed trades and fills, newest first, `count` from the row `first` on. */
  rows(first: number, count: number): Promise<HistoryPage>
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
