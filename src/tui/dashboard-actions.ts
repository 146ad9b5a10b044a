/** What the dashboard asks of the world outside; each is called from a key or a frame and returns at once. */
export interface DashboardActions {
  /** Read the whole picture again. */
  resync(): void
  /** Ctrl-Z: the caller suspends the dashboard, stops the process, and resumes the dashboard when it goes on. */
  suspend(): void
  /** A position has come into the WARN or CRIT band. */
  bell?(): void
}
