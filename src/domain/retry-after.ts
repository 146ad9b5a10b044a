import { parseHttpDate } from './http-date.ts'

/** Upper limit of a requested delay. axisor itself waits as long as its policy allows: seconds to minutes. */
const MAX_RETRY_AFTER_MS = 3_600_000

/** However long the exchange asks to wait, one request is sent after this: a monitor that waits for an hour is blind. */
export const MAX_LIMITED_MS = 30_000

/** Requests to the exchange are spaced for this long after its last 429. */
export const SPACED_AFTER_429_MS = 300_000

/**
 * Returns the delay in ms that a reply requests, from 0 to one hour, or null if `Retry-After` is absent or unreadable.
 * The header holds seconds or an HTTP date. A date is on the peer's clock, so it is compared with the reply's `Date` header, or with
 * `nowMs` if there is none.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, nowMs: number): number | null {
  const text = headers['retry-after']?.trim() ?? ''
  if (/^\d+(\.\d+)?$/.test(text)) return bounded(Number(text) * 1_000)
  const sentAt = parseHttpDate(headers.date?.trim() ?? '')
  const ms = parseHttpDate(text) - (Number.isNaN(sentAt) ? nowMs : sentAt)
  return Number.isNaN(ms) ? null : bounded(ms)
}

function bounded(ms: number): number {
  return Math.min(Math.max(0, Math.ceil(ms)), MAX_RETRY_AFTER_MS)
}

/** The reason that is shown while a peer limits requests: `rate-limited until 08:12:30Z`. */
export function rateLimitText(untilMs: number): string {
  return `rate-limited until ${new Date(untilMs).toISOString().slice(11, 19)}Z`
}

/** Returns the delay as error details; empty if there is none. */
export function retryAfterDetails(
  headers: Readonly<Record<string, string>>,
  nowMs: number,
): { readonly retryAfterMs?: number } {
  const ms = retryAfterMs(headers, nowMs)
  return ms === null ? {} : { retryAfterMs: ms }
}
