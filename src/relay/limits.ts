import { RELAY_HEARTBEAT_MS } from '../wire/relay/messages.ts'

/** What a relay allows, and how patient it is. Times in milliseconds. */
export interface RelayLimits {
  /** What happens within this time is told together. */
  readonly tickMs: number
  /** It grows to so many times the time that telling takes, so that telling never takes all of the time. */
  readonly tickPerBroadcast: number
  /** After so many sockets, others get a turn. */
  readonly sliceSize: number
  readonly heartbeatMs: number
  /** A peer that has more than this unread gets no more deltas, but one fresh snapshot when it has caught up. */
  readonly conflateAboveBytes: number
  /** More than this unread: the peer is closed. */
  readonly closeAboveBytes: number
  /** So long without catching up: the peer is closed. */
  readonly undrainedMs: number
  /** Open connections at most; those above are refused with 4429. */
  readonly perToken: number
  readonly perUser: number
  readonly perAddress: number
  readonly total: number
  /** Messages that a client may send at once, and how many more each second. */
  readonly messageBurst: number
  readonly messagesPerSecond: number
  /** However often clients ask, the exchange is asked again no more often than this. */
  readonly upstreamRefreshMs: number
  /** How long an account is watched after the last who looked at it has left. */
  readonly lingerMs: number
  /** How long a snapshot over HTTP waits for the first picture. */
  readonly firstSnapshotMs: number
  /** A refused key is not tried again for so long; twice as long after each further refusal, up to the ceiling. */
  readonly refusedPauseMs: number
  readonly maxRefusedPauseMs: number
  /** How often it is looked whether tokens or keys have changed. */
  readonly revisionCheckMs: number
  /** How often the last use of tokens is written down. */
  readonly lastUsedWriteMs: number
}

/** What `axisor relay serve` runs with. */
export const DEFAULT_LIMITS: RelayLimits = {
  tickMs: 50,
  tickPerBroadcast: 2,
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
