import type { Clock } from '../../ports/clock.ts'

/** Samples with a longer round trip only replace the offset if it falls outside their bounds. */
const MAX_ROUND_TRIP_MS = 2_000

/** A clock that shows the same time after this is a stored reply. Clocks of whole seconds repeat a time for less. */
const MIN_CLOCK_STEP_MS = 1_000

/** Estimates the exchange's clock. Uses our clock until the first measurement. */
export class ExchangeClock {
  readonly #clock: Clock
  #offsetMs: number | null = null
  #samples = 0
  #lastSample: { readonly serverMs: number; readonly receivedAt: number } | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Exchange clock minus ours, in ms, or null if not measured yet. */
  get offsetMs(): number | null {
    return this.#offsetMs
  }

  /** Number of measurements: shows whether a signature was made before or after the last one. */
  get samples(): number {
    return this.#samples
  }

  /** Ms since the last measurement; infinite before the first one. */
  get ageMs(): number {
    return this.#clock.nowMs() - (this.#lastSample?.receivedAt ?? Number.NEGATIVE_INFINITY)
  }

  /** The exchange's time now, in whole ms since 1970, for signatures. */
  nowMs(): number {
    const now = this.#clock.nowMs()
    return Math.round(this.#offsetMs === null ? this.#clock.toWall(now) : now + this.#offsetMs)
  }

  /**
   * Adds a sample: `serverMs` is the exchange's time, assumed to be read halfway between `sentAt` and `receivedAt` (our clock). Returns
   * false, without effect, for a time that an earlier sample had already: the reply was stored on its way.
   */
  addSample(serverMs: number, sentAt: number, receivedAt: number): boolean {
    if (serverMs === this.#lastSample?.serverMs && sentAt - this.#lastSample.receivedAt >= MIN_CLOCK_STEP_MS)
      return false
    this.#lastSample = { serverMs, receivedAt }
    this.#samples += 1
    const roundTripMs = receivedAt - sentAt
    const minOffsetMs = serverMs - receivedAt
    const maxOffsetMs = serverMs - sentAt
    const isConsistent =
      this.#offsetMs !== null && this.#offsetMs >= minOffsetMs && this.#offsetMs <= maxOffsetMs
    // An inconsistent offset means that a clock was set. Keeping it would fail every signature from now on.
    if (roundTripMs > MAX_ROUND_TRIP_MS && isConsistent) return true
    this.#offsetMs = Math.round(serverMs - (sentAt + roundTripMs / 2))
    return true
  }
}
