import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import type { Clock } from '../../ports/clock.ts'

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
  readonly #nextRequest: DeadlineTimer
  readonly #end: DeadlineTimer

  constructor(clock: Clock, patienceMs: number, port: SnapshotRequesterCallbacks) {
    this.#clock = clock
    this.#nextRequest = new DeadlineTimer(clock, () => this.#request())
    this.#end = new DeadlineTimer(clock, () => port.unanswered())
    this.#timeoutMs = patienceMs
    this.#port = port
  }

  /** Somebody would like one: nothing is wrong if none comes. */
  request(): void {
    this.#schedule()
  }

  /** Without one, what is known can't be trusted any more. */
  require(): void {
    this.#end.armBy(this.#clock.nowMs() + this.#timeoutMs)
    this.#schedule()
  }

  /** A snapshot came. */
  answered(): void {
    this.#unanswered = 0
    this.end()
  }

  /** The socket is gone. */
  end(): void {
    this.#nextRequest.cancel()
    this.#end.cancel()
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
    this.#port.request()
    // A request or its answer may be lost too.
    if (this.#end.isArmed) this.#schedule()
  }
}
