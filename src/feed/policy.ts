/** How patient and how busy a feed is. All times in milliseconds. */
export interface Policy {
  /** Socket and handshake must be there by then. */
  readonly dialMs: number
  /** From an open socket to the first picture: authenticate, subscribe, read. */
  readonly handshakeMs: number
  /** Quiet for so long on a live socket: a WebSocket ping is sent. */
  readonly silenceMs: number
  /** Still quiet for so long after the ping: the link is dead. */
  readonly pongMs: number
  /** The first retry comes within this time; each further one within twice the one before, up to the ceiling, forever. */
  readonly retryBaseMs: number
  readonly retryCeilingMs: number
  /** However long the other side asks us to wait, it is tried again after this. */
  readonly maxRetryAfterMs: number
  /** No retry comes sooner, whatever the dice say. */
  readonly retryFloorMs: number
  /** Live for so long: the link is steady, and the count of tries starts again. */
  readonly steadyMs: number
  /** How long the socket may be away before the picture is read over HTTP; at once after a dial that failed. */
  readonly httpGraceMs: number
  /** Between two pictures over HTTP; never more than 30 s, whatever is set. */
  readonly httpEveryMs: number
  /** One HTTP request takes no longer. */
  readonly requestMs: number
  /** The picture is read again so often on a live link, as the stream does not tell everything. */
  readonly refreshEveryMs: number
  /** Events with partial payloads that come within this time share one reading. */
  readonly refreshJoinMs: number
  /** How often the round trip and the clock offset are measured on a live link. */
  readonly timeEveryMs: number
  /** Read candles and the history too; one-shot commands leave them. */
  readonly candlesAndHistory: boolean
  readonly historyEveryMs: number
  /**
   * Hold the first picture back until the unit of synthetic dollars is known or can't be: about 1.5 s, and only for accounts that
   * hold some. Otherwise it comes with a null unit, and a second one follows as soon as the unit is known.
   */
  readonly waitForUnit: boolean
  /** Accept a key that may do more than read. */
  readonly allowWriteKey: boolean
}

/** The values that `axisor` runs with unless told otherwise. */
export const DEFAULT_POLICY: Policy = {
  dialMs: 10_000,
  handshakeMs: 15_000,
  silenceMs: 10_000,
  pongMs: 10_000,
  retryBaseMs: 1_000,
  retryCeilingMs: 30_000,
  maxRetryAfterMs: 300_000,
  retryFloorMs: 100,
  steadyMs: 60_000,
  httpGraceMs: 3_000,
  httpEveryMs: 5_000,
  requestMs: 10_000,
  refreshEveryMs: 10_000,
  refreshJoinMs: 300,
  timeEveryMs: 30_000,
  candlesAndHistory: false,
  historyEveryMs: 60_000,
  waitForUnit: false,
  allowWriteKey: false,
}
