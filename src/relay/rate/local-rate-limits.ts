import { ForgettingMap } from '../../domain/forgetting-map.ts'
import type { RateLimitWindow } from '../../ports/broker.ts'
import type { Clock } from '../../ports/clock.ts'

interface Taken {
  readonly at: readonly number[]
  readonly freeAt: number
}

/** What all accounts of one relay together may ask of the exchange, counted in this process: what a broker counts for a cluster. */
export class LocalRateLimits {
  readonly #clock: Clock
  /** When each was last taken, oldest first, and when the last of them leaves its window. */
  readonly #taken = new ForgettingMap<Taken>(({ freeAt }, now) => now >= freeAt)

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Takes one of an allowance; else how many milliseconds to wait before the next try. 0: taken. */
  async consume(name: string, { count, windowMs }: RateLimitWindow): Promise<number> {
    const now = this.#clock.nowMs()
    const recent = (this.#taken.get(name)?.at ?? []).filter(at => at > now - windowMs)
    const [oldest] = recent
    if (oldest !== undefined && recent.length >= count) return Math.max(1, oldest + windowMs - now)
    const freeAt = Math.max(this.#taken.get(name)?.freeAt ?? 0, now + windowMs)
    this.#taken.set(name, { at: [...recent, now], freeAt }, now)
    return 0
  }

  /** How many allowances are held. */
  get size(): number {
    return this.#taken.size
  }
}
