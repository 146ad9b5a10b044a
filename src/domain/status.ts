import type { KeyPermissions } from './account.ts'
import type { AxisorError, ErrorCode } from './error.ts'

/** States of a connection to a source, for direct and relay feeds. */
export type LinkState = 'idle' | 'dialing' | 'preparing' | 'live' | 'waiting' | 'stopped'

/**
 * Until when requests wait because the exchange rejects them, our clock; null if it accepts them. It limits signed and public requests
 * separately.
 */
export interface RequestLimits {
  readonly signed: number | null
  readonly public: number | null
}

/**
 * A relay's connection to its source, as reported by the relay. Times are in our clock. Relays can be chained: `upstream` is the next
 * hop toward the exchange.
 */
export interface Hop {
  readonly kind: 'direct' | 'relay'
  readonly link: LinkState
  readonly transport: 'stream' | 'http'
  /** When it became live or stopped; in other states, when it was lost or first attempted. */
  readonly since: number
  readonly attempt: number
  readonly retryAt: number | null
  readonly lastError: { readonly code: ErrorCode; readonly message: string } | null
  readonly rttMs: number | null
  /** As of `Status`; null if it is not a connection to the exchange, or not known. */
  readonly limitedUntil: RequestLimits | null
  readonly upstream: Hop | null
}

/** A refusal of an API key that was accepted before: probably a passing one. Market data may go on meanwhile. */
export interface KeyRefusal {
  /** When the first request was refused, our clock. */
  readonly since: number
  /** Failed attempts, the first refusal included. */
  readonly attempt: number
  /** Time of the next attempt, our clock; null while one is running. */
  readonly retryAt: number | null
  /** The last refusal. */
  readonly error: AxisorError
}

/** True for a refusal of the API key that another attempt follows. A relay's link reports it in this form. */
export function isKeyRefused({ link, lastError }: Pick<Hop, 'link' | 'lastError'>): boolean {
  return link === 'waiting' && (lastError?.code === 'key-refused' || lastError?.code === 'missing-permission')
}

/** Alerts that a relay delivers itself. */
export interface RelayDelivery {
  /** Number of channels. */
  readonly channels: number
}

/** State of a feed's connection. It does not imply fresh data: an open socket may be silent. */
export interface Status {
  readonly kind: 'direct' | 'relay'
  readonly link: LinkState
  /** How the last data arrived: over the socket, or over HTTP while the socket is down. */
  readonly transport: 'stream' | 'http'
  /** When this state was entered, our clock. */
  readonly since: number
  /** Attempts since the connection was last stable; 0 while it is. */
  readonly attempt: number
  /** Time of the next attempt, our clock; null unless waiting. */
  readonly retryAt: number | null
  /** Why the connection was last lost or stopped, or null if it never was. */
  readonly lastError: AxisorError | null
  /** Number of reconnects. */
  readonly reconnects: number
  /** Last measured round trip on the socket, or null if not measured. */
  readonly rttMs: number | null
  /** Exchange clock minus ours, in ms, or null if not measured. */
  readonly clockOffsetMs: number | null
  /**
   * Since when the price topics are silent on an open socket, our clock; null if they are not. Null for a relay feed.
   */
  readonly pricesSilentSince: number | null
  readonly rateLimit: { readonly remaining: number; readonly limit: number } | null
  /** After 429 replies of the exchange's REST API. Null for a relay feed: the last hop has it. */
  readonly limitedUntil: RequestLimits | null
  readonly key: KeyPermissions | null
  /** Null while the key is accepted, and for a relay feed: the relay reports its refusal in `upstream`. */
  readonly refusal: KeyRefusal | null
  /** The relay's connection to its source, or null if unknown or for a direct feed. */
  readonly upstream: Hop | null
  /** What the relay reports to deliver; null if it delivers nothing, is of an earlier version, or for a direct feed. */
  readonly alerts: RelayDelivery | null
}

/** What is known of a connection before anything was received on it. */
export const NO_INFO = {
  rttMs: null,
  clockOffsetMs: null,
  pricesSilentSince: null,
  rateLimit: null,
  limitedUntil: null,
  key: null,
  upstream: null,
  alerts: null,
} as const satisfies Partial<Status>

/** The status of a source that has stopped for good after so many attempts, and was never connected. */
export function stoppedStatus(lastError: AxisorError, attempt: number, since: number): Status {
  const link = { kind: 'direct', link: 'stopped', transport: 'stream', retryAt: null } as const
  return { ...NO_INFO, ...link, since, attempt, lastError, reconnects: 0, refusal: null }
}
