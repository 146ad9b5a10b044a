import { REPLACED } from '../../alerts/delivery/replaced-notice.ts'
import type { Attempt } from '../../domain/alerts/delivery.ts'
import { ForgettingMap } from '../../domain/forgetting-map.ts'
import type { Clock } from '../../ports/clock.ts'
import type { RelayLog } from '../context.ts'

/** A line about one channel follows the previous one after this time. */
const LOG_EVERY_MS = 3_600_000

/** Logs deliveries that failed for good: of each channel one in an hour. */
export class DeliveryLog {
  readonly #clock: Clock
  readonly #log: RelayLog
  /** When a line about a channel was logged; our clock. */
  readonly #loggedAt = new ForgettingMap<number>((at, now) => now - at >= LOG_EVERY_MS)

  constructor(clock: Clock, log: RelayLog) {
    this.#clock = clock
    this.#log = log
  }

  /** Logs an attempt that ended a delivery without success. A notice that a newer one contains is no failure. */
  attempted(userId: string, { state, channel, why }: Attempt): void {
    if (state === 'pending' || state === 'delivered' || why === REPLACED) return
    const now = this.#clock.nowMs()
    const key = `${userId} ${channel}`
    const loggedAt = this.#loggedAt.get(key)
    if (loggedAt !== undefined && now - loggedAt < LOG_EVERY_MS) return
    this.#loggedAt.set(key, now, now)
    this.#log.warn('alert not delivered', { user: userId, channel, why: why ?? state })
  }
}
