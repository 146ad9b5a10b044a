import { AxisorError } from '../../domain/error.ts'
import type {
  Attempt,
  DeliverySummary,
  HostLease,
  LoggedAttempt,
  PendingDelivery,
  PendingRequest,
} from '../../ports/outbox.ts'
import type { Row } from '../database/statement.ts'

const numberOrNull = (value: unknown): number | null => (value === null ? null : Number(value))

/** Parses a value that an outbox wrote. */
function json<T>(value: unknown): T {
  try {
    return JSON.parse(String(value))
  } catch (cause) {
    throw new AxisorError('config', 'the outbox of the alerts contains an unreadable row', { cause })
  }
}

/** Reads an unfinished delivery from a row of `pending`. */
export function pendingOf(row: Row): PendingDelivery {
  return {
    notice: json(row.notice),
    channel: String(row.channel),
    attempts: Number(row.attempts),
    nextAttemptAt: Number(row.next_attempt_at),
    expiresAt: Number(row.expires_at),
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

/** Reads an attempt from a row of `log`. */
export function loggedAttemptOf(row: Row): LoggedAttempt {
  const notice = json<LoggedAttempt['notice']>(row.notice)
  return {
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
}

/** Reads a request from a row of `requests`. */
export function requestOf(row: Row): PendingRequest {
  return { number: Number(row.number), request: json(row.request) }
}

/** Reads a lease from a row. */
export function leaseOf(row: Row): HostLease {
  return {
    holder: String(row.lease_holder),
    label: String(row.lease_label),
    expiresAt: Number(row.lease_expires_at),
  }
}
