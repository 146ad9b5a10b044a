import type { Secret } from '../domain/secret.ts'
import type { Cancel } from './clock.ts'

/** Address and credentials of the broker. */
export interface BrokerAddress {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  readonly username: string | null
  readonly password: Secret | null
  readonly db: number
}

/** Lease of the relay that watches an account on the exchange. It has no expiry in the broker: only the relays' own clocks count. */
export interface LeaseRecord {
  /** Id of one watch in one process; empty if the lease was released. */
  readonly owner: string
  /** Fencing token: grows with each change of owner and is never reused. */
  readonly fence: number
  /** Grows with each renewal. A lease whose count is unchanged for the whole lease time has expired. */
  readonly renewals: number
}

/** Result of reading a lease. */
export interface LeaseRead {
  /** Null if the account has no record. */
  readonly record: LeaseRecord | null
  /**
   * True if a missing record means that the account is unowned. False while the broker may have lost its data: then an earlier lease may
   * still be held.
   */
  readonly authoritative: boolean
}

/** Result of an acquisition or renewal, with the current record. */
export type LeaseResult =
  | { readonly ok: true; readonly record: LeaseRecord }
  | { readonly ok: false; readonly read: LeaseRead }

/** Request for a lease; granted only if the record still equals `expected`. */
export interface AcquireRequest {
  readonly owner: string
  readonly expected: LeaseRecord | null
  /** The highest fence known to the requester: the new one is higher, even if the broker lost its data. */
  readonly floor: number
  /** The requester has waited a whole lease time without a record: from now on a missing record means unowned. */
  readonly settle: boolean
}

/** `hello` and `snapshot` replace the retained data, `delta` is retained until the next snapshot, `transient` is not retained. */
export type FrameKind = 'hello' | 'snapshot' | 'delta' | 'transient'

/** A message published by an owner. */
export interface BrokerFrame {
  readonly kind: FrameKind
  readonly fence: number
  /** Sequence number of retained frames of an account, without gaps. A transient frame has the number of the last retained one. */
  readonly number: number
  /** Recipient of a transient frame; empty for all. */
  readonly to: string
  readonly text: string
}

/** `not-owner`: the lease is not held any more. `no-snapshot`: a delta without a retained snapshot of this owner. */
export type PublishResult = 'published' | 'not-owner' | 'no-snapshot'

/** The retained data of an account, consistent and from a single owner. */
export interface Retained {
  readonly fence: number
  readonly number: number
  readonly hello: string
  /** The last snapshot and all deltas since, in order. */
  readonly texts: readonly string[]
}

/** Rate limit over all relays together: `count` times in any window of `windowMs`. */
export interface RateLimitWindow {
  readonly count: number
  readonly windowMs: number
}

/**
 * The message broker between the relays of a cluster. It compares, counts and forwards. Its clock is used for the rate limits of the
 * exchange only. Every call that returns a promise settles within a second.
 * @throws AxisorError unavailable, if there is no reply: the call may or may not have taken effect
 */
export interface Broker {
  isUp(): boolean
  /** Called on each change of `isUp`. Frames published while it was down are lost: after a reconnect everything must be read again. */
  onLink(listener: (isUp: boolean) => void): Cancel
  readLease(account: string): Promise<LeaseRead>
  acquire(account: string, request: AcquireRequest): Promise<LeaseResult>
  /** Renews the lease with this fence, or restores it if the record was lost. */
  renew(account: string, lease: LeaseRecord): Promise<LeaseResult>
  /** Releases the lease; has no effect if it is no longer held. */
  release(account: string, lease: LeaseRecord): Promise<void>
  /**
   * Publishes a frame as the owner. Frames of one process and account are delivered in order.
   */
  publish(
    account: string,
    lease: LeaseRecord,
    frame: Pick<BrokerFrame, 'kind' | 'to' | 'text'>,
  ): Promise<PublishResult>
  /** Returns the retained data, or null if there is none or it is too old. */
  read(account: string): Promise<Retained | null>
  /** Sends a request to the owner. Best effort: there may be no owner. */
  request(account: string, text: string): Promise<void>
  /** Subscribes. Resolves when subscribed, or at once while the broker is down: then it subscribes after the reconnect. Never rejects. */
  onLease(account: string, listener: (record: LeaseRecord) => void): Promise<Cancel>
  onFrame(account: string, listener: (frame: BrokerFrame) => void): Promise<Cancel>
  onRequest(account: string, listener: (text: string) => void): Promise<Cancel>
  /** Consumes one request of a rate limit. Returns 0 if consumed, else the time in ms to wait before the next attempt. */
  consume(key: string, window: RateLimitWindow): Promise<number>
  close(): void
}
