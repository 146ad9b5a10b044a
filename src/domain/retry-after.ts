/** A longer wait is cut to this. How long axisor itself waits is up to its policy: seconds to minutes. */
const MAX_RETRY_AFTER_MS = 3_600_000

/** The three forms of an HTTP date (RFC 9110, 5.6.7): the usual one, that of RFC 850, and that of C's asctime, which is UTC too. */
const DATE_FORMS = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
]
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/

/** Ms since 1970; NaN if the text is no HTTP date. `Date.parse` alone reads many a text as a date. */
function parseHttpDate(text: string): number {
  if (ASCTIME.test(text)) return Date.parse(`${text} GMT`)
  return DATE_FORMS.some(form => form.test(text)) ? Date.parse(text) : Number.NaN
}

/**
 * Returns how many ms the headers of a reply ask to wait, from 0 to one hour; null if `Retry-After` is absent or unreadable.
 * It holds seconds or an HTTP date. A date is on the peer's clock, so it is compared with the reply's own `Date`, if there is one;
 * else with `nowMs`.
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

/** The same as the detail of an error: nothing if there is nothing to wait for. */
export function retryAfterDetails(
  headers: Readonly<Record<string, string>>,
  nowMs: number,
): { readonly retryAfterMs?: number } {
  const ms = retryAfterMs(headers, nowMs)
  return ms === null ? {} : { retryAfterMs: ms }
}
