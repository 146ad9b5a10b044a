/** Undoes what it was returned for; calling it twice does nothing more. */
export type Cancel = () => void

/** Time, and the only source of it. */
export interface Clock {
  /**
   * Milliseconds since 1970. Never runs backwards and never stands still while time passes: a step of the wall clock to an
   * earlier time is not followed, a sleep of the machine is.
   */
  nowMs(): number
  /** Calls `then` once, `delayMs` from now or later. */
  after(delayMs: number, then: () => void): Cancel
}

/** Chance, and the only source of it. */
export interface Random {
  /** A fraction from 0 up to, not including, 1. */
  float(): number
  /** Random bytes fit for a nonce, as lower-case hexadecimal. */
  hex(bytes: number): string
}
