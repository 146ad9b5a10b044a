import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import type { Clock } from '../../ports/clock.ts'

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
  readonly #nextRequest: DeadlineTimer
  readonly #timeout: DeadlineTimer

  constructor(clock: Clock, timeoutMs: number, callbacks: SnapshotRequesterCallbacks) {
    this.#clock = clock
    this.#nextRequest = new DeadlineTimer(clock, () => this.#request())
    this.#timeout = new DeadlineTimer(clock, () => callbacks.timedOut())
    this.#timeoutMs = timeoutMs
    this.#callbacks = callbacks
  }

  /** Requests a snapshot. Best effort: a missing reply is not an error. */
  request(): void {
    this.#schedule()
  }

  /** Requests a snapshot because the data is no longer reliable. Calls `timedOut` if none arrives within the timeout. */
  require(): void {
    this.#timeout.armBy(this.#clock.nowMs() + this.#timeoutMs)
    this.#schedule()
  }

  /** Called when a snapshot has arrived. */
  received(): void {
    this.#unanswered = 0
    this.stop()
  }

  /** Called when the socket is closed. */
  stop(): void {
    this.#nextRequest.cancel()
    this.#timeout.cancel()
  }

  #schedule(): void {
    if (this.#nextRequest.isArmed) return
    const pauseMs = Math.min(MAX_PAUSE_MS, PAUSE_MS * 2 ** Math.max(0, this.#unanswered - 1))
    const dueAt = this.#requestedAt + pauseMs
    if (dueAt <= this.#clock.nowMs()) this.#request()
    else this.#nextRequest.armBy(dueAt)
  }

  #request(): void {
    this.#requestedAt = this.#clock.nowMs()
    this.#unanswered += 1
    this.#callbacks.request()
    // The request or its reply may be lost too.
    if (this.#timeout.isArmed) this.#schedule()
  }
}
