import type { RateLimitWindow } from '../../ports/broker.ts'
import type { Clock } from '../../ports/clock.ts'

/** What all accounts of one relay together may ask of the exchange, counted in this process: what a broker counts for a cluster. */
export class LocalRateLimits {
  readonly #clock: Clock
  /** When each was last taken, oldest first. */
  readonly #taken = new Map<string, number[]>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Takes one of an allowance; else how many milliseconds to wait before the next try. 0: taken. */
  async consume(name: string, { count, windowMs }: RateLimitWindow): Promise<number> {
    const now = this.#clock.nowMs()
    const recent = (this.#taken.get(name) ?? []).filter(at => at > now - windowMs)
    const [oldest] = recent
    if (oldest !== undefined && recent.length >= count) return Math.max(1, oldest + windowMs - now)
    this.#taken.set(name, [...recent, now])
    return 0
  }
}
