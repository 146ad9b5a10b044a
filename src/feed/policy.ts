/** Timeouts, intervals and options of a feed. All times are in milliseconds. */
export interface Policy {
  /** Timeout for opening the socket, WebSocket handshake included. */
  readonly dialMs: number
  /** Timeout from the open socket to the first snapshot: authenticate, subscribe, read. */
  readonly handshakeMs: number
  /** A WebSocket ping is sent after this silence on a live socket. */
  readonly silenceMs: number
  /** The connection is lost after this further silence. */
  readonly pongMs: number
  /** Price topics that are silent for this are subscribed again; after the same time once more, the socket is replaced. */
  readonly topicSilenceMs: number
  /** Maximum delay of the first retry. It doubles with each retry, up to `retryCeilingMs`; retries never end. */
  readonly retryBaseMs: number
  readonly retryCeilingMs: number
  /** Upper limit for the peer's `Retry-After`. */
  readonly maxRetryAfterMs: number
  /** Minimum delay of any retry. */
  readonly retryFloorMs: number
  /** The retry count is reset after the connection has been live for this time. */
  readonly stableMs: number
  /** How long the socket may be down before HTTP is polled. HTTP is polled at once after a failed dial. */
  readonly httpGraceMs: number
  /** Interval between snapshots over HTTP; capped at 30 s. */
  readonly httpEveryMs: number
  /** Timeout of one HTTP request. */
  readonly requestMs: number
  /** Interval between snapshots on a live connection: stream messages do not carry every field. */
  readonly refreshEveryMs: number
  /** Partial messages within this time share one refresh. */
  readonly refreshBatchMs: number
  /** Interval between measurements of round trip and clock offset. */
  readonly clockSyncEveryMs: number
  /** Also reads candles and history. Off for one-shot commands. */
  readonly candlesAndHistory: boolean
  readonly historyEveryMs: number
  /**
   * Delays the first snapshot of an account that holds synthetic dollars until their unit is known, for at most 300 ms. If false, the
   * first snapshot has a null unit and a second one follows with it.
   */
  readonly waitForUnit: boolean
  /** Reads the first snapshot at once, while the socket is dialed. */
  readonly readsAtStart: boolean
  /**
   * The socket only authenticates, for the permissions of the key, unless the first read has no prices after a moment. For commands that
   * print one snapshot.
   */
  readonly authenticatesOnly: boolean
  /** Accepts a key with write permissions. */
  readonly allowWriteKey: boolean
  /** Retries a refused key that was accepted before. If false, as for one-shot commands, any refusal of the key stops the feed. */
  readonly retryRefusedKey: boolean
  /** Pauses between the attempts with a refused key; the last one repeats. */
  readonly refusedPausesMs: readonly number[]
  /** Timeout of one attempt with a refused key. */
  readonly keyAttemptMs: number
  /** Minimum pause before an attempt with a refused key that the user requests. */
  readonly requestedAttemptMs: number
}

/** The defaults of the direct feed. */
export const DEFAULT_POLICY: Policy = {
  dialMs: 10_000,
  handshakeMs: 15_000,
  silenceMs: 10_000,
  pongMs: 10_000,
  topicSilenceMs: 15_000,
  retryBaseMs: 1_000,
  retryCeilingMs: 30_000,
  maxRetryAfterMs: 300_000,
  retryFloorMs: 100,
  stableMs: 60_000,
  httpGraceMs: 3_000,
  httpEveryMs: 5_000,
  requestMs: 10_000,
  refreshEveryMs: 10_000,
  refreshBatchMs: 300,
  clockSyncEveryMs: 30_000,
  candlesAndHistory: false,
  historyEveryMs: 60_000,
  waitForUnit: false,
  readsAtStart: false,
  authenticatesOnly: false,
  allowWriteKey: false,
  retryRefusedKey: true,
  refusedPausesMs: [2_000, 5_000, 10_000, 30_000, 120_000, 300_000],
  keyAttemptMs: 20_000,
  requestedAttemptMs: 500,
}
