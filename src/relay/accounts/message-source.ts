import type { AxisorError } from '../../domain/error.ts'
import type { KeyRefusal } from '../../domain/status.ts'
import type { AlertTarget, RelayMessage } from '../../wire/relay/messages.ts'
import type { StreamPosition } from '../stream-position.ts'

export type RelaySnapshotMessage = Extract<RelayMessage, { type: 'snapshot' }>
export type RelayUpstreamMessage = Extract<RelayMessage, { type: 'upstream' }>

/**
 * The messages of one account, which a room sends to its subscribers. They are pulled, so that changes that arrive
 * during a broadcast are merged.
 */
export interface MessageSource {
  /**
   * Returns a snapshot of the current state with the number of the last drained message, or null if there is none
   * yet.
   */
  snapshot(): RelaySnapshotMessage | null
  /** Returns the upstream status, or null if it is not known yet. */
  upstream(): RelayUpstreamMessage | null
  position(): StreamPosition
  /** Increases with every event: equal revisions have equal snapshots. */
  revision(): number
  /** Returns the messages since the last call, in order. */
  drain(): readonly RelayMessage[]
  /** Requests fresh data from the exchange, within the rate limits. */
  refresh(): void
  /** Forwards an acknowledgement to a relay behind this one. */
  acknowledge(alert: AlertTarget | null): void
  /** Reports the delivery of alerts if it has changed. */
  alertsChanged(): void
  close(): void
}

/** Callbacks of a message source. */
export interface SourceListener {
  /** Messages are ready to be drained. */
  changed(): void
  /** The exchange sent something that could not be decoded. */
  unreadable(): void
  /** The exchange refuses the key that it accepted before, or, with null, accepts it again. Called after each attempt. */
  refused(refusal: KeyRefusal | null): void
  /** The link stopped permanently: no more messages follow. */
  stopped(error: AxisorError): void
}
