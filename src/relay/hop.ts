import type { AxisorError } from '../domain/error.ts'
import type { Hop, Status } from '../domain/status.ts'

/** What clients are told of the relay's own link. */
export function hopOf(status: Status): Hop {
  const { kind, link, transport, since, attempt, retryAt, lastError, rttMs, upstream } = status
  return {
    kind,
    link,
    transport,
    since,
    attempt,
    retryAt,
    lastError: lastError && { code: lastError.code, message: lastError.message },
    rttMs,
    upstream,
  }
}

/** A link that does not even begin, because of an error that no second try would change. */
export function refusedHop(error: AxisorError, now: number): Hop {
  return {
    kind: 'direct',
    link: 'stopped',
    transport: 'stream',
    since: now,
    attempt: 0,
    retryAt: null,
    lastError: { code: error.code, message: error.message },
    rttMs: null,
    upstream: null,
  }
}
