import type { Notice } from '../../domain/alerts/alert.ts'
import type { Attempt } from '../../domain/alerts/delivery.ts'
import type { PendingDelivery } from '../../ports/outbox.ts'

/** The longest delay that a service may request: what is stored beyond it comes from a clock that was ahead. */
const MAX_STORED_WAIT_MS = 3_600_000

/** A delivery in the queue of its channel. Times are our clock. */
export interface QueuedDelivery {
  readonly notice: Notice
  attempts: number
  /** Earliest time of the next attempt. */
  dueAt: number
  /** True if `dueAt` follows from an attempt of this process. */
  isRetry: boolean
  readonly expiresAt: number
  /** False while only this process knows of it, because the outbox could not be written. */
  isStored: boolean
}

/** The last attempt begins this long before the deadline, so that a late timer does not miss it. */
const LAST_ATTEMPT_MARGIN_MS = 1_000

/** Returns when the last attempt of a delivery begins; our clock. */
export function lastAttemptAt({ expiresAt }: QueuedDelivery): number {
  return expiresAt - LAST_ATTEMPT_MARGIN_MS
}

/** A delivery that ended in this process. */
export interface EndedDelivery {
  readonly attempt: Attempt
  readonly isStored: boolean
  readonly expiresAt: number
}

/** Puts a delivery on our clock. `wallMs` is the wall clock at `now`. */
export function queuedDelivery(
  { notice, attempts, nextAttemptAt, expiresAt }: PendingDelivery,
  now: number,
  wallMs: number,
  isStored: boolean,
): QueuedDelivery {
  const waitMs = Math.min(Math.max(0, nextAttemptAt - wallMs), MAX_STORED_WAIT_MS)
  return {
    notice,
    attempts,
    dueAt: now + waitMs,
    isRetry: false,
    expiresAt: now + (expiresAt - wallMs),
    isStored,
  }
}
