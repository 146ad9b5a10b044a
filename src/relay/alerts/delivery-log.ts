import { REPLACED } from '../../alerts/delivery/replaced-notice.ts'
import type { Attempt } from '../../domain/alerts/delivery.ts'
import type { Clock } from '../../ports/clock.ts'
import type { RelayLog } from '../context.ts'
import { Hourly } from '../hourly.ts'

/** Logs deliveries that failed for good: of each channel one in an hour. */
export class DeliveryLog {
  readonly #log: RelayLog
  /** By user and channel. */
  readonly #lines: Hourly

  constructor(clock: Clock, log: RelayLog) {
    this.#lines = new Hourly(clock)
    this.#log = log
  }

  /** Logs an attempt that ended a delivery without success. A notice that a newer one contains is no failure. */
  attempted(userId: string, { state, channel, why }: Attempt): void {
    if (state === 'pending' || state === 'delivered' || why === REPLACED) return
    if (this.#lines.isDue(`${userId} ${channel}`))
      this.#log.warn('alert not delivered', { user: userId, channel, why: why ?? state })
  }
}
