import type { HistoryRow } from '../ledger/history-row.ts'
import type { HistorySummary } from '../ledger/history-summary.ts'
import type { StoryEvent } from '../ledger/story-event.ts'
import type { Cancel } from './clock.ts'

/** A part of the history that can't be read or stored. */
export interface HistoryProblem {
  /** `ledger`, `account`, `history`, `equity samples`, `canceled orders`, `delivered alerts`, or the name of a listing. */
  readonly part: string
  readonly message: string
  /** Our clock, ms since 1970. */
  readonly since: number
}

/** Closed trades and fills, newest first. They are read in pages. */
export interface HistoryRows {
  readonly count: number
  /** Null if its page is not read yet. */
  at(index: number): HistoryRow | null
}

/** The history of an account at one moment; never changed. */
export interface HistoryView {
  /** Null until it was read once. */
  readonly summary: HistorySummary | null
  readonly rows: HistoryRows
  /** Rows that were read from the exchange since the screen was opened. */
  readonly rowsRead: number
  readonly problems: readonly HistoryProblem[]
  /** What happened to the ledger when it was opened; null if nothing did. */
  readonly notice: string | null
  /** The story that was asked for last. `events` is null if there is none; absent while it is read, and if it can't be read. */
  readonly story: {
    readonly id: string
    readonly events?: readonly StoryEvent[] | null
    /** Why it can't be read. */
    readonly failure?: string
  } | null
}

/**
 * The history of an account for a screen: sums, rows, equity curve, and how complete they are. It may come from a ledger, or from a
 * relay.
 */
export interface AccountHistory {
  /** The same object until something changes; null if the source has no history, as a relay of an earlier version. */
  view(): HistoryView | null
  /** Calls the listener after each change of the view. */
  subscribe(listener: () => void): Cancel
  /** The rows that the screen shows. Those that are not there are read. */
  showRows(first: number, count: number): void
  /** Reads the story of an isolated trade, or of the cross position of a fill. */
  showStory(id: string): void
  /** All rows, newest first. @throws AxisorError if they can't be read */
  allRows(): Promise<readonly HistoryRow[]>
}
