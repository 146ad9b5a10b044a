import type { Cancel, Clock } from '../../ports/clock.ts'

/** Delay between two snapshot requests. It doubles with each unanswered one, up to `MAX_PAUSE_MS`. */
const PAUSE_MS = 1_000
const MAX_PAUSE_MS = 8_000

/** Callbacks of the requester. */
export interface SnapshotRequesterCallbacks {
  request(): void
  /** A required snapshot did not arrive within the timeout. */
  timedOut(): void
}

/** Requests snapshots with backoff: immediately if possible, but never in a tight loop with a relay whose snapshots are unreadable. */
export class SnapshotRequester {
  readonly #clock: Clock
  readonly #timeoutMs: number
  readonly #callbacks: SnapshotRequesterCallbacks
  #requestedAt = Number.NEGATIVE_INFINITY
  /** Requests since the last snapshot. */
  #unanswered = 0
  #cancelRequest: Cancel | null = null
  #cancelTimeout: Cancel | null = null

  constructor(clock: Clock, timeoutMs: number, callbacks: SnapshotRequesterCallbacks) {
    this.#clock = clock
    this.#timeoutMs = timeoutMs
    this.#callbacks = callbacks
  }

  /** Requests a snapshot. Best effort: a missing reply is not an error. */
  request(): void {
    this.#schedule()
  }

  /** Requests a snapshot because the data is no longer reliable. Calls `timedOut` if none arrives within the timeout. */
  require(): void {
    this.#cancelTimeout ??= this.#clock.after(this.#timeoutMs, () => this.#callbacks.timedOut())
    this.#schedule()
  }

  /** Called when a snapshot has arrived. */
  received(): void {
    this.#unanswered = 0
    this.stop()
  }

  /** Called when the socket is closed. */
  stop(): void {
    this.#cancelRequest?.()
    this.#cancelRequest = null
    this.#cancelTimeout?.()
    this.#cancelTimeout = null
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
    this.#callbacks.request()
    // The request or its reply may be lost too.
    if (this.#cancelTimeout !== null) this.#schedule()
  }
}
