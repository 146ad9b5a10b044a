import { ForgettingMap } from '../../domain/forgetting-map.ts'
import type { RateLimitWindow } from '../../ports/broker.ts'
import type { Clock } from '../../ports/clock.ts'

interface Taken {
  readonly at: readonly number[]
  readonly freeAt: number
}

/** Counts the requests of all accounts of one relay in this process, as a broker does for a cluster. */
export class LocalRateLimits {
  readonly #clock: Clock
  /** Times of recent requests by name, oldest first, and when the last of them leaves its window. */
  readonly #requests = new ForgettingMap<Taken>(({ freeAt }, now) => now >= freeAt)

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Consumes one request. Returns 0 if granted, otherwise the ms to wait before the next try. */
  async consume(name: string, { count, windowMs }: RateLimitWindow): Promise<number> {
    const now = this.#clock.nowMs()
    const recent = (this.#requests.get(name)?.at ?? []).filter(at => at > now - windowMs)
    const [oldest] = recent
    if (oldest !== undefined && recent.length >= count) return Math.max(1, oldest + windowMs - now)
    const freeAt = Math.max(this.#requests.get(name)?.freeAt ?? 0, now + windowMs)
    this.#requests.set(name, { at: [...recent, now], freeAt }, now)
    return 0
  }

  /** Number of rate limits in memory. */
  get size(): number {
    return this.#requests.size
  }
}
