import type { Notice } from './alert.ts'

/** State of a delivery of one notice to one channel. */
export type DeliveryState = 'pending' | 'delivered' | 'failed' | 'expired'

/**
 * The outcome of an attempt, and how the delivery goes on. Also recorded for a delivery that ends without an attempt, such as an expired
 * one. Times are wall clock.
 */
export interface Attempt {
  readonly noticeId: string
  readonly channel: string
  readonly startedAt: number
  readonly tookMs: number
  /** `pending`: another attempt follows at `nextAttemptAt`. */
  readonly state: DeliveryState
  readonly nextAttemptAt: number | null
  /** One line in the service's words; null if delivered. */
  readonly why: string | null
}

/** An attempt in the delivery log, with the notice's title data. */
export interface LoggedAttempt extends Attempt {
  readonly notice: Notice
  /** 1-based. */
  readonly number: number
}

/** How far the delivery of a notice went. */
export interface DeliverySummary {
  readonly noticeId: string
  readonly alertId: string
  readonly channels: number
  readonly delivered: number
  /** Failed and expired deliveries. */
  readonly failed: number
  /** From `notice.at` to the first delivery, ms; null if none. */
  readonly firstDeliveredAfterMs: number | null
}
