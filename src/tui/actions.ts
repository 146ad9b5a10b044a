import type { Notice } from '../domain/alerts/alert.ts'
import type { CandleLength } from '../domain/candle-range.ts'
import type { HistoryRow } from '../ledger/history-row.ts'
import type { State } from '../store/state.ts'
import type { PaneName } from './input/ui-state.ts'

/** What is shown, to be exported. */
export interface ShownPane {
  readonly pane: PaneName
  /** The state on the screen: an old one while it is frozen. */
  readonly state: State
  /** Positions and orders on the screen, in its order. */
  readonly ids: readonly string[]
  /** All closed trades and fills, for their pane. */
  readonly rows: readonly HistoryRow[]
}

/** Callbacks of the dashboard. Each is called from a key or a frame and returns at once. */
export interface DashboardActions {
  /** Reads the complete snapshot again. */
  resync(): void
  /** Ctrl-Z: the caller suspends the dashboard, stops the process, and resumes the dashboard when the process continues. */
  suspend(): void
  /** Writes what is shown into a file. Resolves to a sentence for the screen, also if it fails. */
  exportCsv(shown: ShownPane): Promise<string>
  /** Reads the candles of a range for the chart on the screen; null if there is no chart. */
  followCandles?(range: CandleLength | null): void
  /** New notices of the alerts, for the bell and for the notifications of the terminal. */
  notify?(notices: readonly Notice[]): void
}
