import type { Secret } from '../domain/secret.ts'
import type { Cancel } from './clock.ts'

/** Where an engine is, and as whom to speak with it. */
export interface BrokerAddress {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  readonly username: string | null
  readonly password: Secret | null
  readonly db: number
}

/** What is written down about who watches an account on the exchange. It never runs out by itself: no clock but each relay's own counts. */
export interface LeaseRecord {
  /** Of one watch in one process; empty when it was given back. */
  readonly owner: string
  /** Grows with each change of hands, and is never given twice. */
  readonly fence: number
  /** Grows with each renewal: whoever sees it stand still for the whole time of a lease knows that it is over. */
  readonly renewals: number
}

/** A record as it was found. */
export interface LeaseRead {
  /** Null: nothing is known of this account. */
  readonly record: LeaseRecord | null
  /**
   * The broker can vouch that nothing known means nobody's. False while it may just have lost its memory: then somebody may still hold a
   * lease of before.
   */
  readonly authoritative: boolean
}

/** How a taking or a renewal ended; the record as it is now. */
export type LeaseResult =
  | { readonly ok: true; readonly record: LeaseRecord }
  | { readonly ok: false; readonly read: LeaseRead }

/** How to take a lease: only if the record is still exactly what was seen. */
export interface AcquireRequest {
  readonly owner: string
  readonly expected: LeaseRecord | null
  /** The highest fence that the taker has ever seen: the new one is above it, whatever the broker remembers. */
  readonly floor: number
  /** The taker has waited the whole time of a lease while nothing was known: from now on that means nobody's. */
  readonly settle: boolean
}

/** `hello` and `snapshot` replace what is kept, `delta` is kept until the next snapshot, `word` is passed on and forgotten. */
export type FrameKind = 'hello' | 'snapshot' | 'delta' | 'transient'

/** What an owner has said. */
export interface Frame {
  readonly kind: FrameKind
  readonly fence: number
  /** Counts what is kept of an account, without a hole; a `word` has the number of what was kept before it. */
  readonly number: number
  /** For whom a word is; empty: for everybody. */
  readonly to: string
  readonly text: string
}

/** The newest of an account, all of one owner and of one moment. */
export interface Retained {
  readonly fence: number
  readonly number: number
  readonly hello: string
  /** A snapshot, and every delta since, in order. */
  readonly texts: readonly string[]
}

/** How often something may be done: `count` times in any window of `windowMs`, over all relays together. */
export interface RateLimitWindow {
  readonly count: number
  readonly windowMs: number
}

/**
 * What the relays of a cluster ask of the engine between them. It compares, counts and passes on; it decides nothing by its clock, except
 * how often the exchange is asked. Every call that returns a promise ends by itself, within a second at most.
 * @throws AxisorError unavailable, when it gave no answer: whether it was done is not known then
 */
export interface Broker {
  isUp(): boolean
  /** Told of each change. What was published while it was down is lost without a word: after it is up again everything is read anew. */
  onLink(listener: (isUp: boolean) => void): Cancel
  readLease(account: string): Promise<LeaseRead>
  acquire(account: string, request: AcquireRequest): Promise<LeaseResult>
  /** Only the holder of exactly this fence; or anybody who still holds it when nothing is known of the account: then it is written down again. */
  renew(account: string, lease: LeaseRecord): Promise<LeaseResult>
  /** Gives it back; does nothing when it is no longer held. */
  release(account: string, lease: LeaseRecord): Promise<void>
  /**
   * Says something as the owner. `refused`: it is not, or is not any more; `unfounded`: a delta for which no snapshot of this owner is kept.
   * What the same process publishes of one account is passed on in that order.
   */
  publish(
    account: string,
    lease: LeaseRecord,
    frame: Pick<Frame, 'kind' | 'to' | 'text'>,
  ): Promise<'done' | 'refused' | 'unfounded'>
  /** Null when nothing is kept, or only what is too old to be of use. */
  read(account: string): Promise<Retained | null>
  /** Asks the owner, whoever that is; nobody may be there to hear it. */
  request(account: string, text: string): Promise<void>
  /** Settles when it is in force, or at once while the broker is down: then it is in force when that is up again. Never fails. */
  onLease(account: string, listener: (record: LeaseRecord) => void): Promise<Cancel>
  onFrame(account: string, listener: (frame: Frame) => void): Promise<Cancel>
  onRequest(account: string, listener: (text: string) => void): Promise<Cancel>
  /** Takes one of an allowance; else how many milliseconds to wait before the next try. 0: taken. */
  consume(key: string, window: RateLimitWindow): Promise<number>
  close(): void
}
