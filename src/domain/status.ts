import type { KeyPermissions } from './account.ts'
import type { AxisorError, ErrorCode } from './error.ts'

/** The states of a link to a source; the same words for the direct and the relay feed. */
export type LinkState = 'idle' | 'dialing' | 'preparing' | 'live' | 'waiting' | 'stopped'

/**
 * A relay's own link to what it watches, as the relay tells it. Times are in our clock. Relays can chain: `upstream` is the next hop
 * on the way to the exchange.
 */
export interface Hop {
  readonly kind: 'direct' | 'relay'
  readonly link: LinkState
  readonly transport: 'stream' | 'http'
  /** When it came to live or stopped; in any other state, when it was lost or first tried. */
  readonly since: number
  readonly attempt: number
  readonly retryAt: number | null
  readonly lastError: { readonly code: ErrorCode; readonly message: string } | null
  readonly rttMs: number | null
  readonly upstream: Hop | null
}

/** What the feed knows of its own link. Says nothing about the age of data: an open socket proves nothing. */
export interface Status {
  readonly kind: 'direct' | 'relay'
  readonly link: LinkState
  /** How the last picture or change came in: over the socket, or over HTTP while the socket is down. */
  readonly transport: 'stream' | 'http'
  /** Our clock, when the link came into this state. */
  readonly since: number
  /** Tries since the link was last steady; 0 while it is. */
  readonly attempt: number
  /** When the next try begins (our clock); null unless waiting. */
  readonly retryAt: number | null
  /** Why the link was last lost, or why it stopped; null if it never was. */
  readonly lastError: AxisorError | null
  /** How often the link has come back. */
  readonly reconnects: number
  /** Last measured round trip on the socket. */
  readonly rttMs: number | null
  /** Exchange clock minus our clock. */
  readonly clockOffsetMs: number | null
  readonly rateLimit: { readonly remaining: number; readonly limit: number } | null
  readonly key: KeyPermissions | null
  /** The relay's own link, on a relay feed once it has been told; else null. */
  readonly upstream: Hop | null
}
