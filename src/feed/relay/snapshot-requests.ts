import type { Cancel, Clock } from '../../ports/clock.ts'

/** Between two requests for a snapshot; twice as long after each that brought none, up to the longest. */
const PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 8_000

/** What is done when the time has come. */
export interface RefreshPort {
  ask(): void
  /** One was needed, and none came for too long. */
  unanswered(): void
}

/** Asks for snapshots: at once where it can, and never in a circle with a relay whose snapshots can't be read. */
export class Refreshes {
  readonly #clock: Clock
  readonly #patienceMs: number
  readonly #port: RefreshPort
  #askedAt = Number.NEGATIVE_INFINITY
  /** Requests since the last snapshot. */
  #vain = 0
  #cancelAsk: Cancel | null = null
  #cancelEnd: Cancel | null = null

  constructor(clock: Clock, patienceMs: number, port: RefreshPort) {
    this.#clock = clock
    this.#patienceMs = patienceMs
    this.#port = port
  }

  /** Somebody would like one: nothing is wrong if none comes. */
  wish(): void {
    this.#plan()
  }

  /** Without one, what is known can't be trusted any more. */
  need(): void {
    this.#cancelEnd ??= this.#clock.after(this.#patienceMs, () => this.#port.unanswered())
    this.#plan()
  }

  /** A snapshot came. */
  answered(): void {
    this.#vain = 0
    this.end()
  }

  /** The socket is gone. */
  end(): void {
    this.#cancelAsk?.()
    this.#cancelAsk = null
    this.#cancelEnd?.()
    this.#cancelEnd = null
  }

  #plan(): void {
    if (this.#cancelAsk !== null) return
    const pauseMs = Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** Math.max(0, this.#vain - 1))
    const waitMs = this.#askedAt + pauseMs - this.#clock.nowMs()
    if (waitMs <= 0) this.#ask()
    else
      this.#cancelAsk = this.#clock.after(waitMs, () => {
        this.#cancelAsk = null
        this.#ask()
      })
  }

  #ask(): void {
    this.#askedAt = this.#clock.nowMs()
    this.#vain += 1
    this.#port.ask()
    // A request or its answer may be lost too.
    if (this.#cancelEnd !== null) this.#plan()
  }
}
