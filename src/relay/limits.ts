import { RELAY_HEARTBEAT_MS } from '../wire/relay/messages.ts'

/** Limits and timing of a relay. Times are in milliseconds. */
export interface RelayLimits {
  /** Changes within this time are merged into one message. */
  readonly tickMs: number
  /**
   * The tick grows to this multiple of the broadcast's duration. Other work runs between the slices of a broadcast, so a small pause is
   * enough.
   */
  readonly tickPerBroadcast: number
  /** Number of sockets that are written before other work runs. */
  readonly sliceSize: number
  readonly heartbeatMs: number
  /** A peer with more unread bytes gets no deltas, but one snapshot when it has caught up. */
  readonly conflateAboveBytes: number
  /** A peer with more unread bytes is closed. */
  readonly closeAboveBytes: number
  /** A peer that has not caught up within this time is closed. */
  readonly undrainedMs: number
  /** Maximum numbers of open connections; further ones are closed with 4429. */
  readonly perToken: number
  readonly perUser: number
  readonly perAddress: number
  readonly total: number
  /** Messages that a client may send at once, and per second after that. */
  readonly messageBurst: number
  readonly messagesPerSecond: number
  /** Minimum time between two refreshes of the exchange's data, for all clients of an account. */
  readonly upstreamRefreshMs: number
  /** How long an account is watched after its last subscriber has left. */
  readonly lingerMs: number
  /** How long a snapshot request over HTTP waits for the first snapshot. */
  readonly firstSnapshotMs: number
  /** A rejected key is retried after this pause, which doubles with each further rejection up to the maximum. */
  readonly refusedPauseMs: number
  readonly maxRefusedPauseMs: number
  /** How often the database is checked for changed tokens and keys. */
  readonly revisionCheckMs: number
  /** How often the last use of tokens is written to the database. */
  readonly lastUsedWriteMs: number
}

/** The limits of `axisor relay serve`. */
export const DEFAULT_LIMITS: RelayLimits = {
  tickMs: 50,
  tickPerBroadcast: 1.1,
  sliceSize: 250,
  heartbeatMs: RELAY_HEARTBEAT_MS,
  conflateAboveBytes: 64 * 1024,
  closeAboveBytes: 1024 * 1024,
  undrainedMs: 20_000,
  perToken: 64,
  perUser: 256,
  perAddress: 512,
  total: 20_000,
  messageBurst: 40,
  messagesPerSecond: 10,
  upstreamRefreshMs: 5_000,
  lingerMs: 60_000,
  firstSnapshotMs: 8_000,
  refusedPauseMs: 600_000,
  maxRefusedPauseMs: 6 * 3_600_000,
  revisionCheckMs: 400,
  lastUsedWriteMs: 30_000,
}
