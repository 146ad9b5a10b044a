import type { RateLimitWindow } from '../../ports/broker.ts'
import type { Clock } from '../../ports/clock.ts'

/** Counts the requests of all accounts of one relay in this process, as a broker does for a cluster. */
export class LocalRateLimits {
  readonly #clock: Clock
  /** Times of recent requests by name, oldest first. */
  readonly #requests = new Map<string, number[]>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Consumes one request. Returns 0 if granted, otherwise the ms to wait before the next try. */
  async consume(name: string, { count, windowMs }: RateLimitWindow): Promise<number> {
    const now = this.#clock.nowMs()
    const recent = (this.#requests.get(name) ?? []).filter(at => at > now - windowMs)
    const [oldest] = recent
    if (oldest !== undefined && recent.length >= count) return Math.max(1, oldest + windowMs - now)
    this.#requests.set(name, [...recent, now])
    return 0
  }
}
