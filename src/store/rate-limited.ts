import { rateLimitText } from '../domain/retry-after.ts'
import type { Status } from '../domain/status.ts'

/**
 * Why data is not read: `rate-limited until 08:12:30Z`, or null if the exchange accepts requests. A snapshot is read as a whole, with
 * signed and public requests, so each limit delays all parts.
 */
export function rateLimitReason(status: Pick<Status, 'limitedUntil'> | null): string | null {
  const { signed = null, public: unsigned = null } = status?.limitedUntil ?? {}
  if (signed === null && unsigned === null) return null
  return rateLimitText(Math.max(signed ?? 0, unsigned ?? 0))
}
