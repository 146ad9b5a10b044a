import type { Cancel, Clock } from '../../ports/clock.ts'

/** Between two requests for a snapshot; twice as long after each that brought none, up to the longest. */
const PAUSE_MS = 1_000
const MAX_PAUSE_MS = 8_000

/** What is done when the time has come. */
export interface SnapshotRequesterCallbacks {
  request(): void
  /** One was needed, and none came for too long. */
  unanswered(): void
}

/** Asks for snapshots: at once where it can, and never in a circle with a relay whose snapshots can't be read. */
export class SnapshotRequester {
  readonly #clock: Clock
  readonly #timeoutMs: number
  readonly #port: SnapshotRequesterCallbacks
  #requestedAt = Number.NEGATIVE_INFINITY
  /** Requests since the last snapshot. */
  #unanswered = 0
  #cancelRequest: Cancel | null = null
  #cancelEnd: Cancel | null = null

  constructor(clock: Clock, patienceMs: number, port: SnapshotRequesterCallbacks) {
    this.#clock = clock
    this.#timeoutMs = patienceMs
    this.#port = port
  }

  /** Somebody would like one: nothing is wrong if none comes. */
  request(): void {
    this.#schedule()
  }

  /** Without one, what is known can't be trusted any more. */
  require(): void {
    this.#cancelEnd ??= this.#clock.after(this.#timeoutMs, () => this.#port.unanswered())
    this.#schedule()
  }

  /** A snapshot came. */
  answered(): void {
    this.#unanswered = 0
    this.end()
  }

  /** The socket is gone. */
  end(): void {
    this.#cancelRequest?.()
    this.#cancelRequest = null
    this.#cancelEnd?.()
    this.#cancelEnd = null
  }

  #schedule(): void {
    if (this.#cancelRequest !== null) return
    const pauseMs = Math.min(MAX_PAUSE_MS, PAUSE_MS * 2 ** Math.max(0, this.#unanswered - 1))
    const waitMs = this.#requestedAt + pauseMs - this.#clock.nowMs()
    if (waitMs <= 0) this.#request()
    else
      this.#cancelRequest = this.#clock.after(waitMs, () => {
        this.#cancelRequest = null
        this.#request()
      })
  }

  #request(): void {
    this.#requestedAt = this.#clock.nowMs()
    this.#unanswered += 1
    this.#port.request()
    // A request or its answer may be lost too.
    if (this.#cancelEnd !== null) this.#schedule()
  }
}
