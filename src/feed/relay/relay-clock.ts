import type { Clock } from '../../ports/clock.ts'

/** For longer round trips the whole delay is attributed to the reply. */
const MAX_ROUND_TRIP_MS = 2_000

/**
 * Estimates the relay's clock. The offset is kept as long as new samples allow it, so that one relay time always maps to one local
 * time: two reads of the same snapshot must not get different times.
 */
export class RelayClock {
  readonly #clock: Clock
  #offsetMs: number | null = null
  /** Last round trip: the range of offsets it allows. */
  #roundTripMs = 0
  /** How much the local time of one relay time may have changed since the last sample. */
  #uncertaintyMs = 0
  #readStartedAt = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Relay clock minus ours, in ms, or null if not measured yet. */
  get offsetMs(): number | null {
    return this.#offsetMs
  }

  /**
   * Adds a sample: the relay's clock was `relayMs` between `sentAt` (our clock) and now. For slow round trips the whole delay is
   * attributed to the reply: data then looks older than it is, never newer.
   */
  addSample(relayMs: number, sentAt: number): void {
    const minOffsetMs = relayMs - this.#clock.nowMs()
    const maxOffsetMs = relayMs - sentAt
    this.#uncertaintyMs = Math.min(MAX_ROUND_TRIP_MS, this.#roundTripMs + maxOffsetMs - minOffsetMs)
    this.#roundTripMs = maxOffsetMs - minOffsetMs
    if (this.#offsetMs !== null && this.#offsetMs >= minOffsetMs && this.#offsetMs <= maxOffsetMs) return
    this.#offsetMs =
      maxOffsetMs - minOffsetMs > MAX_ROUND_TRIP_MS
        ? maxOffsetMs
        : Math.round((minOffsetMs + maxOffsetMs) / 2)
  }

  /** Moves the offset if a message sent at `relayMs` would come from the future: the relay's clock was set forward. */
  observe(relayMs: number): void {
    const minOffsetMs = relayMs - this.#clock.nowMs()
    if (this.#offsetMs === null || this.#offsetMs >= minOffsetMs) return
    this.#uncertaintyMs = Math.min(MAX_ROUND_TRIP_MS, this.#uncertaintyMs + minOffsetMs - this.#offsetMs)
    this.#offsetMs = minOffsetMs
  }

  /** Converts a time of the relay's clock to ours. */
  toLocal(relayMs: number): number {
    return relayMs - (this.#offsetMs ?? 0)
  }

  /**
   * Converts the start of a read to our clock. If it seems older than the last one by no more than the measurement error, it counts as
   * equally new. Otherwise a snapshot after a reconnect would be dropped as outdated.
   */
  readStartedAt(relayMs: number): number {
    const localMs = this.toLocal(relayMs)
    if (localMs < this.#readStartedAt && this.#readStartedAt - localMs <= this.#uncertaintyMs)
      return this.#readStartedAt
    this.#readStartedAt = Math.max(this.#readStartedAt, localMs)
    return localMs
  }
}
