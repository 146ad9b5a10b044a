import type { Notice } from '../../domain/alerts/alert.ts'
import type { Attempt, DeliverySummary, LoggedAttempt } from '../../domain/alerts/delivery.ts'
import type {
  AlertRequest,
  HostLease,
  PendingDelivery,
  PendingRequest,
  UntakenNotice,
} from '../../ports/outbox.ts'
import type { Row } from '../database/statement.ts'

const numberOrNull = (value: unknown): number | null => (value === null ? null : Number(value))

/** Parses a value that an outbox wrote; undefined if it is unreadable. */
function json(value: unknown): unknown {
  try {
    return JSON.parse(String(value))
  } catch {
    return undefined
  }
}

/** Reads the notice of a row; null if it is unreadable. */
function noticeOf({ id, notice }: Row): Notice | null {
  const value = json(notice)
  return isNotice(value) && value.id === String(id) ? value : null
}

function isNotice(value: unknown): value is Notice {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'alert') === 'object'
}

/** Reads an unfinished delivery from a row of `pending`; null if its notice is unreadable. */
export function pendingOf(row: Row): PendingDelivery | null {
  const notice = noticeOf(row)
  return (
    notice && {
      notice,
      channel: String(row.channel),
      attempts: Number(row.attempts),
      nextAttemptAt: Number(row.next_attempt_at),
      expiresAt: Number(row.expires_at),
    }
  )
}

/** The end of a delivery whose notice is unreadable, from a row of `pending`. */
export function unreadableAttempt(row: Row): Attempt {
  return {
    noticeId: String(row.id),
    channel: String(row.channel),
    startedAt: Number(row.made_at),
    tookMs: 0,
    state: 'failed',
    nextAttemptAt: null,
    why: 'the stored notice is unreadable',
  }
}

/** Reads a summary from a row of `summaries`. */
export function summaryOf(row: Row): DeliverySummary {
  const deliveredAt = numberOrNull(row.delivered_at)
  return {
    noticeId: String(row.id),
    alertId: String(row.alert_id),
    channels: Number(row.channels),
    delivered: Number(row.delivered),
    failed: Number(row.failed),
    // The wall clock may have been set back since the notice was made.
    firstDeliveredAfterMs: deliveredAt === null ? null : Math.max(0, deliveredAt - Number(row.made_at)),
  }
}

/** Reads a notice that no channel has taken from a row of `untaken`; null if it is unreadable. */
export function untakenOf(row: Row): UntakenNotice | null {
  const notice = noticeOf(row)
  return notice && { notice, endedAt: Number(row.ended_at), isRefused: Number(row.refused) > 0 }
}

/** Reads an attempt from a row of `log`; null if its notice is unreadable. */
export function loggedAttemptOf(row: Row): LoggedAttempt | null {
  const notice = noticeOf(row)
  return (
    notice && {
      notice,
      noticeId: notice.id,
      channel: String(row.channel),
      number: Number(row.attempt),
      startedAt: Number(row.started_at),
      tookMs: Number(row.took_ms),
      state: String(row.state) as Attempt['state'],
      nextAttemptAt: numberOrNull(row.next_attempt_at),
      why: row.why === null ? null : String(row.why),
    }
  )
}

/** Reads a request from a row of `requests`; null if it is unreadable. */
export function requestOf(row: Row): PendingRequest | null {
  const request = json(row.request)
  return isRequest(request) ? { number: Number(row.number), request } : null
}

function isRequest(value: unknown): value is AlertRequest {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'kind') === 'string'
}

/** Reads a lease from a row. */
export function leaseOf(row: Row): HostLease {
  return {
    holder: String(row.lease_holder),
    label: String(row.lease_label),
    expiresAt: Number(row.lease_expires_at),
  }
}
