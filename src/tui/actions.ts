import type { CandleLength } from '../domain/candle-range.ts'
import type { HistoryRow } from '../ledger/history-row.ts'
import type { State } from '../store/state.ts'
import type { PaneName } from './input/ui-state.ts'

/** What is shown, to be exported. */
export interface ShownPane {
  /** The name of the account if there are several; else null. */
  readonly account: string | null
  readonly pane: PaneName
  /** The state on the screen: an old one while it is frozen. */
  readonly state: State
  /** Positions and orders on the screen, in its order. */
  readonly ids: readonly string[]
  /** All closed trades and fills, for their pane. */
  readonly rows: readonly HistoryRow[]
}

/** Callbacks for one account. Each is called from a key or a frame and returns at once. */
export interface AccountActions {
  /** Reads the complete snapshot again. */
  resync(): void
  /** Reads the candles of a range for the chart on the screen; null if there is no chart. */
  followCandles?(range: CandleLength | null): void
}

/** Callbacks of the dashboard. Each is called from a key and returns at once. */
export interface DashboardActions {
  /** Ctrl-Z: the caller suspends the dashboard, stops the process, and resumes the dashboard when the process continues. */
  suspend(): void
  /** Writes what is shown into a file. Resolves to a sentence for the screen, also if it fails. */
  exportCsv(shown: ShownPane): Promise<string>
}
