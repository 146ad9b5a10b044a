import type { AxisorError } from '../../domain/error.ts'
import type { RelayMessage } from '../../wire/relay/messages.ts'

export type RelaySnapshotMessage = Extract<RelayMessage, { type: 'snapshot' }>
export type RelayUpstreamMessage = Extract<RelayMessage, { type: 'upstream' }>

/** Where the numbering stands. */
export interface StreamPosition {
  readonly epoch: string
  readonly seq: number
}

/**
 * One account in messages: what a room repeats to its members. Taken, not pushed: whoever is busy telling joins what comes meanwhile.
 */
export interface MessageSource {
  /** All that is known now, numbered like the last message taken; null before the first picture. */
  snapshot(): RelaySnapshotMessage | null
  /** Null before the link has said anything. */
  upstream(): RelayUpstreamMessage | null
  position(): StreamPosition
  /** Grows with everything that happens: the same number, the same snapshot. */
  revision(): number
  /** What is to be told to everybody since the last time, in order. */
  drain(): readonly RelayMessage[]
  /** Has the exchange asked again, within its budget. */
  refresh(): void
  close(): void
}

/** Whom a voice tells that there is something. */
export interface SourceListener {
  /** Something is there to be taken. */
  changed(): void
  /** The exchange said something that could not be read. */
  unreadable(): void
  /** The link has given up: nothing more will come. */
  stopped(error: AxisorError): void
}
