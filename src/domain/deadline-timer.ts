/** The part of a clock that a timer needs. Structural, for the domain imports nothing; the Clock port satisfies it. */
export interface TimerClock {
  /** Milliseconds since 1970. */
  nowMs(): number
  /** Calls `then` once after `delayMs`; returns a function that cancels the call. */
  after(delayMs: number, then: () => void): () => void
}

/**
 * A timer that fires once at the earliest time it was armed for.
 * A deadline may move later without arming again: `onDue` then finds that it is too early, and arms the timer for the new time.
 */
export class DeadlineTimer {
  readonly #clock: TimerClock
  readonly #onDue: () => void
  #armed: { readonly at: number; readonly cancel: () => void } | null = null
  #isClosed = false

  constructor(clock: TimerClock, onDue: () => void) {
    this.#clock = clock
    this.#onDue = onDue
  }

  get isArmed(): boolean {
    return this.#armed !== null
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Fires at `atMs` or earlier: an earlier time that is already set stays. A time in the past fires in the next turn of the clock. */
  armBy(atMs: number): void {
    if (this.#isClosed || (this.#armed !== null && this.#armed.at <= atMs)) return
    this.#armed?.cancel()
    const cancel = this.#clock.after(Math.max(0, atMs - this.#clock.nowMs()), () => {
      this.#armed = null
      this.#onDue()
    })
    this.#armed = { at: atMs, cancel }
  }

  /** Fires no more until it is armed again. */
  cancel(): void {
    this.#armed?.cancel()
    this.#armed = null
  }

  /** Never fires again. */
  close(): void {
    this.cancel()
    this.#isClosed = true
  }
}
