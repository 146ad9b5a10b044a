import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Policy } from '../policy.ts'
import type { HttpSnapshot } from './protocol.ts'

/** Upper limit of the polling interval, whatever the policy is: without a socket, data never gets older than this. */
const MAX_GAP_MS = 30_000

/** Callbacks of the feed. */
export interface FallbackCallbacks {
  /** As `FeedProtocol.fetchSnapshot`. */
  fetch(onParts: (fetched: HttpSnapshot) => void): Promise<HttpSnapshot>
  deliver(fetched: HttpSnapshot): void
  failed(error: AxisorError): void
}

/** Polls snapshots over HTTP between `start` and `stop`: while the socket is down. */
export class HttpFallback {
  readonly #clock: Clock
  readonly #callbacks: FallbackCallbacks
  readonly #policy: Policy
  readonly #timer: DeadlineTimer
  /** Number of stops: a snapshot requested before a stop is not delivered after it. */
  #generation = 0
  #running = false
  #fetching = false
  #hasRead = false

  constructor(clock: Clock, policy: Policy, callbacks: FallbackCallbacks) {
    this.#clock = clock
    this.#timer = new DeadlineTimer(clock, () => void this.#read())
    this.#policy = policy
    this.#callbacks = callbacks
  }

  /** Polls within `delayMs`, then at the policy's interval. A later call does not change the interval once a read has been made. */
  start(delayMs: number): void {
    if (!this.#running || !this.#hasRead) this.#scheduleBy(delayMs)
    this.#running = true
  }

  /** Reads now. No effect unless started. */
  readNow(): void {
    if (this.#running) this.#scheduleBy(0)
  }

  /** Stops polling and drops a read in progress. */
  stop(): void {
    this.#running = false
    this.#fetching = false
    this.#hasRead = false
    this.#generation += 1
    this.#timer.cancel()
  }

  #scheduleBy(delayMs: number): void {
    if (!this.#fetching) this.#timer.armBy(this.#clock.nowMs() + delayMs)
  }

  async #read(): Promise<void> {
    const generation = this.#generation
    const startedAt = this.#clock.nowMs()
    this.#fetching = true
    this.#hasRead = true
    let outcome: HttpSnapshot | AxisorError
    try {
      outcome = await this.#callbacks.fetch(fetched => {
        if (generation === this.#generation) this.#callbacks.deliver(fetched)
      })
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      outcome = error
    }
    if (generation !== this.#generation) return
    this.#fetching = false
    const intervalMs = Math.min(this.#policy.httpEveryMs, MAX_GAP_MS)
    this.#timer.armBy(Math.max(startedAt + intervalMs, this.#clock.nowMs() + this.#policy.retryFloorMs))
    // Called last: the callback may stop the fallback.
    if (outcome instanceof AxisorError) this.#callbacks.failed(outcome)
    else this.#callbacks.deliver(outcome)
  }
}
