import type { Clock } from '../../ports/clock.ts'

/** A round trip that took longer than this says little about where in it the answer was given. */
const MAX_ROUND_TRIP_MS = 2_000

/**
 * The relay's clock as seen from here. What was measured stays for as long as it can be true, so that the same moment of the relay
 * is always the same moment of ours: two readings of one picture must not seem to be apart.
 */
export class RelayClock {
  readonly #clock: Clock
  #offsetMs: number | null = null
  /** Of the last trip: how far the offset may be off, both ways together. */
  #roundTripMs = 0
  /** How far the same moment may have moved since it was last told. */
  #uncertaintyMs = 0
  #readStartedAt = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Relay's clock minus ours; null until measured. */
  get offsetMs(): number | null {
    return this.#offsetMs
  }

  /**
   * The relay said `relayMs` after `sentAt` and before now. Of a long trip it is taken to have been the way back that was slow: data
   * then looks older than it is, never younger.
   */
  addSample(relayMs: number, sentAt: number): void {
    const least = relayMs - this.#clock.nowMs()
    const most = relayMs - sentAt
    this.#uncertaintyMs = Math.min(MAX_ROUND_TRIP_MS, this.#roundTripMs + most - least)
    this.#roundTripMs = most - least
    if (this.#offsetMs !== null && this.#offsetMs >= least && this.#offsetMs <= most) return
    this.#offsetMs = most - least > MAX_ROUND_TRIP_MS ? most : Math.round((least + most) / 2)
  }

  /** A message was written at `relayMs`: it can't come from the future, so the relay's clock has been moved on if it seems to. */
  observe(relayMs: number): void {
    const least = relayMs - this.#clock.nowMs()
    if (this.#offsetMs === null || this.#offsetMs >= least) return
    this.#uncertaintyMs = Math.min(MAX_ROUND_TRIP_MS, this.#uncertaintyMs + least - this.#offsetMs)
    this.#offsetMs = least
  }

  /** A moment of the relay's clock, on ours. */
  toLocal(relayMs: number): number {
    return relayMs - (this.#offsetMs ?? 0)
  }

  /**
   * When a reading began, on our clock. One that seems to have begun a little before the last one, by no more than the measurements may
   * be off, is taken for as new as that: else a snapshot after a reconnect would be an old picture, and what it knows be lost.
   */
  readStartedAt(relayMs: number): number {
    const ours = this.toLocal(relayMs)
    if (ours < this.#readStartedAt && this.#readStartedAt - ours <= this.#uncertaintyMs)
      return this.#readStartedAt
    this.#readStartedAt = Math.max(this.#readStartedAt, ours)
    return ours
  }
}
