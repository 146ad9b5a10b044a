import type { Clock } from '../../ports/clock.ts'

/** A sample that took longer than this is too vague to replace one that it does not contradict. */
const MAX_ROUND_TRIP_MS = 2_000

/** The exchange's clock as seen from here. Until it has been measured, ours stands in for it. */
export class ExchangeClock {
  readonly #clock: Clock
  #offsetMs: number | null = null
  #samples = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Exchange clock minus ours; null until measured. */
  get offsetMs(): number | null {
    return this.#offsetMs
  }

  /** How often it has been measured: tells whether a signature was made before or after the last measurement. */
  get samples(): number {
    return this.#samples
  }

  /** The exchange's time now, in whole ms since 1970, for signatures. */
  nowMs(): number {
    return Math.round(this.#clock.nowMs() + (this.#offsetMs ?? 0))
  }

  /** The exchange said `serverMs` in reply to what was sent at `sentAt`; it is taken to have done so half-way. */
  addSample(serverMs: number, sentAt: number, receivedAt: number): void {
    this.#samples += 1
    const tripMs = receivedAt - sentAt
    const least = serverMs - receivedAt
    const most = serverMs - sentAt
    const isPossible = this.#offsetMs !== null && this.#offsetMs >= least && this.#offsetMs <= most
    // A clock was set meanwhile when it is not: keeping the old offset would have every signature refused from now on.
    if (tripMs > MAX_ROUND_TRIP_MS && isPossible) return
    this.#offsetMs = Math.round(serverMs - (sentAt + tripMs / 2))
  }
}
