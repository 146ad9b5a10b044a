import type { Clock } from '../ports/clock.ts'

const HOUR_MS = 3_600_000

/** The number of keys after which all are forgotten. */
const MAX_KEYS = 10_000

/** Tells of which key a line in the log is due: the first, and those after it once an hour. */
export class Hourly {
  readonly #clock: Clock
  readonly #loggedAt = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Returns true if the last line about the key is an hour old, and counts that one is written now. */
  isDue(key: string): boolean {
    const now = this.#clock.nowMs()
    if (now - (this.#loggedAt.get(key) ?? Number.NEGATIVE_INFINITY) < HOUR_MS) return false
    if (this.#loggedAt.size >= MAX_KEYS) this.#loggedAt.clear()
    this.#loggedAt.set(key, now)
    return true
  }
}
