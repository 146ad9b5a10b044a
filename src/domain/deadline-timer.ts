/** The part of the `Clock` port that a timer needs; declared here because the domain imports nothing. */
export interface TimerClock {
  /** Milliseconds since 1970. */
  nowMs(): number
  /** Calls `then` once after `delayMs`; returns a function that cancels the call. */
  after(delayMs: number, then: () => void): () => void
}

/**
 * A timer that fires once, at the earliest time for which it was armed.
 * If the deadline has moved to a later time meanwhile, `onDue` arms the timer again.
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

  /** Arms the timer for `atMs`, unless it is armed for an earlier time. A time in the past fires without delay, but not synchronously. */
  armBy(atMs: number): void {
    if (this.#isClosed || (this.#armed !== null && this.#armed.at <= atMs)) return
    this.#armed?.cancel()
    const cancel = this.#clock.after(Math.max(0, atMs - this.#clock.nowMs()), () => {
      this.#armed = null
      this.#onDue()
    })
    this.#armed = { at: atMs, cancel }
  }

  /** Disarms the timer; it can be armed again. */
  cancel(): void {
    this.#armed?.cancel()
    this.#armed = null
  }

  /** Disarms the timer for good. */
  close(): void {
    this.cancel()
    this.#isClosed = true
  }
}
