/** Callbacks of the dashboard. Each is called from a key or a frame and returns at once. */
export interface DashboardActions {
  /** Reads the complete snapshot again. */
  resync(): void
  /** Ctrl-Z: the caller suspends the dashboard, stops the process, and resumes the dashboard when the process continues. */
  suspend(): void
  /** A position has come into the WARN or CRIT band. */
  bell?(): void
}
