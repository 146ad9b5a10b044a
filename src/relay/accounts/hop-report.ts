import type { AxisorError } from '../../domain/error.ts'
import type { Hop, Status } from '../../domain/status.ts'

/** What clients are told of the relay's own link. */
export class HopReport {
  /** When the link was lost, or first tried; null while it stands, or has stopped for good. */
  #awaySince: number | null = null

  /** Tries to mend a link begin no new time: somebody who has just come must see for how long it has been away. */
  of({ kind, link, transport, since, attempt, retryAt, lastError, rttMs, upstream }: Status): Hop {
    const isAway = link !== 'live' && link !== 'stopped'
    this.#awaySince = isAway ? (this.#awaySince ?? since) : null
    return {
      kind,
      link,
      transport,
      since: this.#awaySince ?? since,
      attempt,
      retryAt,
      lastError: lastError && { code: lastError.code, message: lastError.message },
      rttMs,
      upstream,
    }
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
