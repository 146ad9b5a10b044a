import type { Notice } from '../domain/alerts/alert.ts'

/** Callbacks of the dashboard. Each is called from a key or a frame and returns at once. */
export interface DashboardActions {
  /** Reads the complete snapshot again. */
  resync(): void
  /** Ctrl-Z: the caller suspends the dashboard, stops the process, and resumes the dashboard when the process continues. */
  suspend(): void
  /** New notices of the alerts, for the bell and for the notifications of the terminal. */
  notify?(notices: readonly Notice[]): void
}
