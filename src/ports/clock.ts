/** Cancels a timer or subscription. Calling it twice has no further effect. */
export type Cancel = () => void

/** The only source of time. */
export interface Clock {
  /**
   * Milliseconds since 1970. Never runs backwards: a step of the wall clock to an earlier time is ignored. Includes the time that the
   * machine was asleep.
   */
  nowMs(): number
  /**
   * Converts a time of `nowMs` to the wall clock as it is set now. Both agree until the wall clock is set back. For display, documents,
   * logs and storage; never for durations.
   */
  toWall(atMs: number): number
  /** Calls `then` once, after at least `delayMs`. */
  after(delayMs: number, then: () => void): Cancel
}

/** The only source of randomness. */
export interface Random {
  /** A number from 0 up to, but not including, 1. */
  float(): number
  /** Cryptographically secure random bytes as lower-case hexadecimal. */
  hex(bytes: number): string
}
