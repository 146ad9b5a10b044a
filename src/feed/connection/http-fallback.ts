import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Policy } from '../policy.ts'
import type { HttpSnapshot } from './protocol.ts'

/** However the policy is set, an absent socket never leaves the picture older than this. */
const MAX_GAP_MS = 30_000

/** What the fallback needs from its feed. */
export interface FallbackCallbacks {
  fetch(): Promise<HttpSnapshot>
  deliver(fetched: HttpSnapshot): void
  failed(error: AxisorError): void
}

/** Reads the picture over HTTP while the socket is away. Knows nothing of sockets: it is told when to begin and when to end. */
export class HttpFallback {
  readonly #clock: Clock
  readonly #port: FallbackCallbacks
  readonly #policy: Policy
  readonly #timer: DeadlineTimer
  /** Counts the ends: a picture that was asked for before one is not delivered after it. */
  #age = 0
  #running = false
  #fetching = false
  #hasRead = false

  constructor(clock: Clock, policy: Policy, port: FallbackCallbacks) {
    this.#clock = clock
    this.#timer = new DeadlineTimer(clock, () => void this.#read())
    this.#policy = policy
    this.#port = port
  }

  /** The socket is away: reads within `delayMs`, and then again and again until `end`. Once it has read, it keeps its rhythm. */
  begin(delayMs: number): void {
    if (!this.#running || !this.#hasRead) this.#hasten(delayMs)
    this.#running = true
  }

  /** Somebody asks for a picture now. Does nothing before `begin`. */
  now(): void {
    if (this.#running) this.#hasten(0)
  }

  /** The socket is back, or the feed stopped. */
  end(): void {
    this.#running = false
    this.#fetching = false
    this.#hasRead = false
    this.#age += 1
    this.#timer.cancel()
  }

  #hasten(delayMs: number): void {
    if (!this.#fetching) this.#timer.armBy(this.#clock.nowMs() + delayMs)
  }

  async #read(): Promise<void> {
    const age = this.#age
    const startedAt = this.#clock.nowMs()
    this.#fetching = true
    this.#hasRead = true
    let outcome: HttpSnapshot | AxisorError
    try {
      outcome = await this.#port.fetch()
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      outcome = error
    }
    if (age !== this.#age) return
    this.#fetching = false
    const every = Math.min(this.#policy.httpEveryMs, MAX_GAP_MS)
    this.#timer.armBy(Math.max(startedAt + every, this.#clock.nowMs() + this.#policy.retryFloorMs))
    // Told last: the listener may end the fallback.
    if (outcome instanceof AxisorError) this.#port.failed(outcome)
    else this.#port.deliver(outcome)
  }
}
