import { rateLimitText } from '../domain/retry-after.ts'
import type { RequestLimits, Status } from '../domain/status.ts'
import { hopsOf } from './hops.ts'

type LimitedStatus = Pick<Status, 'limitedUntil' | 'upstream'>

/** Until when requests wait because the exchange rejects them, of this process or of the last relay before it; null if not known. */
export function limitsOf(status: LimitedStatus | null): RequestLimits | null {
  return status?.limitedUntil ?? hopsOf(status).at(-1)?.limitedUntil ?? null
}

/**
 * Why data is not read: `rate-limited until 08:12:30Z`, or null if the exchange accepts requests. A snapshot is read as a whole, with
 * signed and public requests, so each limit delays all parts.
 */
export function rateLimitReason(status: LimitedStatus | null): string | null {
  const { signed = null, public: unsigned = null } = limitsOf(status) ?? {}
  if (signed === null && unsigned === null) return null
  return rateLimitText(Math.max(signed ?? 0, unsigned ?? 0))
}
