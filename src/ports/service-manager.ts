/** The service manager that started the program, such as systemd. */
export interface ServiceManager {
  /** Longest time between two `alive` reports in ms; null if none are expected. */
  readonly watchdogMs: number | null
  /** Sends a state as `sd_notify` knows it: `READY=1`, `WATCHDOG=1`, `STATUS=…`, `STOPPING=1`. Returns why it can't be sent, or null. */
  notify(...states: readonly string[]): Promise<string | null>
}
