import type { KeyPermissions } from '../../domain/account.ts'
import type { CandleLength } from '../../domain/candle-range.ts'
import type { AxisorError, Fault } from '../../domain/error.ts'
import type { AccountSnapshot, Change } from '../../domain/snapshot.ts'
import type { Hop, RelayDelivery, Status } from '../../domain/status.ts'
import type { Handshake } from '../../ports/net.ts'
import type { AlertTarget } from '../../wire/relay/messages.ts'
import type { ChartRead } from '../feed.ts'
import type { ResetOptions } from './change-buffer.ts'
import type { KeyInput } from './key-machine.ts'

/** Facts about a connection besides its state. A member that is left out stays unchanged. */
export interface LinkInfo {
  readonly rttMs?: number | null
  readonly clockOffsetMs?: number | null
  readonly pricesSilentSince?: Status['pricesSilentSince']
  readonly rateLimit?: Status['rateLimit']
  readonly limitedUntil?: Status['limitedUntil']
  readonly key?: KeyPermissions | null
  readonly upstream?: Hop | null
  readonly alerts?: RelayDelivery | null
}

/**
 * Callbacks of a session into its feed. When the socket is closed or the feed stopped, the feed revokes them: later calls have no
 * effect, so that late replies are ignored.
 */
export interface SessionHost {
  send(text: string): void
  /** The first snapshot has been emitted: the connection is live. */
  ready(): void
  disconnected(error: AxisorError): void
  /** Starts buffering changes, besides emitting them, until the next `reset` or `snapshotStarted`. */
  snapshotStarted(): void
  /** Emits the snapshot, then replays the changes that arrived while it was read. */
  reset(snapshot: AccountSnapshot, options?: ResetOptions): void
  /** Held back until the first `reset` on this socket. `at` is the time of arrival, our clock; defaults to now. */
  change(change: Change, sourceAt: number | null, at?: number): void
  fault(fault: Fault): void
  chart(read: ChartRead): void
  updateInfo(info: LinkInfo): void
}

/** The protocol on one socket. */
export interface ProtocolSession {
  /** Called when the socket is open. */
  opened(): void
  /** Called for each text frame. `at` is the time of arrival, our clock. */
  text(data: string, at: number): void
  /** Requests a fresh snapshot. */
  resync(): void
  /** Sends the requests that the exchange refused again, and requests a fresh snapshot. */
  tryKey?(): void
  /** Reads the candles of a range for a chart; null ends it. Called when the session is ready, and for each new range. */
  followCandles?(range: CandleLength | null): void
  /** Sends an acknowledgement of an alert to the relay. */
  acknowledge?(alert: AlertTarget | null): void
  /** Maps the peer's close code and reason to an error, or null if they have no special meaning. */
  closeError?(code: number, reason: string): AxisorError | null
  /** Maps a rejected WebSocket handshake to an error, or null if the status has no special meaning. */
  handshakeError?(status: number, headers: Readonly<Record<string, string>>): AxisorError | null
  /** Called when the socket is closed: cancels all timers. */
  close(): void
}

/** A snapshot read over HTTP. */
export interface HttpSnapshot {
  /** As in the `reset` event. */
  readonly asOf?: number
  readonly snapshot: AccountSnapshot
  readonly info: LinkInfo
}

/** What is read over HTTP besides snapshots while the socket is down. */
export interface HttpReads {
  /** Called after each snapshot over HTTP. */
  observe(snapshot: AccountSnapshot): void
  /** Called when the socket is live again or the feed has stopped. */
  stop(): void
}

/** The protocol of one kind of source; everything else about a feed is shared. */
export interface FeedProtocol {
  readonly kind: Status['kind']
  /** WebSocket URL. */
  readonly url: string
  /** Options of the WebSocket handshake; none if left out. */
  handshake?(): Handshake
  openSession(host: SessionHost): ProtocolSession
  /** The first snapshot is read over HTTP while the socket is dialed. Default: only if it takes long. */
  readonly readsAtStart?: boolean
  /**
   * Reads a snapshot over HTTP, with facts about the connection. The parts that are read before a slow one are passed to `onParts`.
   * @throws AxisorError if it can't be read
   */
  fetchSnapshot(onParts: (fetched: HttpSnapshot) => void): Promise<HttpSnapshot>
  /** Called after the first snapshot over HTTP since the socket is down. Left out: nothing else is read. */
  openHttpReads?(host: Pick<SessionHost, 'change' | 'fault'>): HttpReads
  /** Called before a snapshot is read on request of the user. */
  resyncRequested?(): void
  /** Sets the listener for facts that are learned outside a session. Called once; none are learned if left out. */
  onInfo?(listener: (info: LinkInfo) => void): void
  /** Sets the listener for the exchange's verdicts on the key. Called once; there are none if left out. */
  onKey?(listener: (input: KeyInput) => void): void
  /** Called before an attempt with a refused key: requests with it may be sent again. */
  allowKey?(): void
  /** Sets the listener for faults outside a session, as `onInfo`. */
  onFault?(listener: (fault: Fault) => void): void
  /** Called when the feed has stopped: cancels all timers. */
  close(): void
}
