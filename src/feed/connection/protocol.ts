import type { KeyPermissions } from '../../domain/account.ts'
import type { AxisorError, Fault } from '../../domain/error.ts'
import type { AccountSnapshot, Change } from '../../domain/snapshot.ts'
import type { Hop, Status } from '../../domain/status.ts'
import type { Handshake } from '../../ports/net.ts'

/** What is learned about a link besides its state. A member that is left out stays as it was. */
export interface LinkInfo {
  readonly rttMs?: number | null
  readonly clockOffsetMs?: number | null
  readonly rateLimit?: Status['rateLimit']
  readonly key?: KeyPermissions | null
  readonly upstream?: Hop | null
}

/**
 * What a talk may say to its feed. The feed closes it for good when the socket is gone or the feed stopped: from then on every
 * call does nothing, so a late answer can't speak.
 */
export interface SessionHost {
  send(text: string): void
  /** The first picture is told and the link is live. */
  ready(): void
  disconnected(error: AxisorError): void
  /** From now on changes are kept, besides being passed on, until the next `reset` or `reading`. */
  snapshotStarted(): void
  /** Tells the picture, then again what was said while it was read: it may be older than that. `asOf` as in the event. */
  reset(snapshot: AccountSnapshot, asOf?: number): void
  /** Held back until the first `reset` on this socket. `at` is our clock when it arrived: now, unless somebody passed it on. */
  change(change: Change, sourceAt: number | null, at?: number): void
  fault(fault: Fault): void
  updateInfo(facts: LinkInfo): void
}

/** One conversation on one socket. */
export interface ProtocolSession {
  /** The socket is open. */
  opened(): void
  text(data: string): void
  /** Read the whole picture again, soon. */
  resync(): void
  /** Why the other side closed the socket with this code and reason; null when they say nothing. */
  closed?(code: number, reason: string): AxisorError | null
  /** What it means that the handshake was answered with this status; null: nothing special. */
  refused?(status: number, headers: Readonly<Record<string, string>>): AxisorError | null
  /** The socket is gone: drop every timer. */
  end(): void
}

/** A picture that came over HTTP. */
export interface HttpSnapshot {
  /** As in the event of a reset. */
  readonly asOf?: number
  readonly snapshot: AccountSnapshot
  readonly info: LinkInfo
}

/** How to speak with one kind of source; everything else about a feed is shared. */
export interface FeedProtocol {
  readonly kind: Status['kind']
  /** Where the socket goes. */
  readonly url: string
  /** What goes with the handshake; nothing when left out. */
  handshake?(): Handshake
  openSession(line: SessionHost): ProtocolSession
  /**
   * The same picture over HTTP, with what was learned on the way.
   * @throws AxisorError when it can't be read
   */
  fetchSnapshot(): Promise<HttpSnapshot>
  /** The feed has stopped: drop every timer. */
  close(): void
}
