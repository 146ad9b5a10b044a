import type { AxisorError } from '../../domain/error.ts'
import type { Hop, KeyRefusal, Status } from '../../domain/status.ts'

/** Builds the status of the relay's own link that is sent to clients. */
export class HopReport {
  /** When the link was lost or first tried (ms since 1970); null while it is live or stopped. */
  #disconnectedSince: number | null = null

  /**
   * Returns the status as a hop. Reconnect attempts do not reset `since`: a new client must see how long the link has
   * been down.
   */
  of(status: Status): Hop {
    const { kind, link, transport, since, attempt, retryAt, lastError, rttMs } = status
    const { limitedUntil, refusal, upstream } = status
    const isDisconnected = link !== 'live' && link !== 'stopped'
    this.#disconnectedSince = isDisconnected ? (this.#disconnectedSince ?? since) : null
    if (refusal !== null) return { kind, transport, rttMs, limitedUntil, upstream, ...refusedLink(refusal) }
    return {
      kind,
      link,
      transport,
      since: this.#disconnectedSince ?? since,
      attempt,
      retryAt,
      lastError: lastError && { code: lastError.code, message: lastError.message },
      rttMs,
      limitedUntil,
      upstream,
    }
  }
}

/** A refused key is a link that waits: earlier clients know no other state for data that does not arrive. */
function refusedLink({ since, attempt, retryAt, error }: KeyRefusal) {
  const lastError = { code: error.code, message: error.message }
  return { link: 'waiting', since, attempt, retryAt, lastError } as const
}

/** Returns the status of a link that never started because of a permanent error. */
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
    limitedUntil: null,
    upstream: null,
  }
}
