import { AxisorError } from '../../domain/error.ts'
import { TokenBucket } from '../../domain/token-bucket.ts'
import { RELAY_CLOSE } from '../../wire/relay/messages.ts'
import type { RoomContext } from '../context.ts'
import type { ServedSession } from './served-session.ts'

/** An unreadable message costs as much as this many readable ones. */
const UNREADABLE_COST = 5

/** Delay sent to clients that send too many messages. */
const RETRY_AFTER_MS = 2_000

interface LimitedSession extends Pick<ServedSession, 'grant' | 'close'> {
  /** Sends the error of a client that has sent too many messages. */
  sendRateLimited(error: AxisorError): void
}

/** Limits the messages of one client, whose connection is closed if it exceeds the limit. */
export class MessageLimit {
  readonly #context: RoomContext
  readonly #session: LimitedSession
  /** Made for the first message: most clients send none. */
  #bucket: TokenBucket | null = null

  constructor(context: RoomContext, session: LimitedSession) {
    this.#context = context
    this.#session = session
  }

  /** Returns false if the client has sent too many messages; then its connection was closed. */
  take(isReadable = true): boolean {
    const { deps, limits } = this.#context
    this.#bucket ??= new TokenBucket({ burst: limits.messageBurst, perSecond: limits.messagesPerSecond })
    if (this.#bucket.take(deps.clock.nowMs(), isReadable ? 1 : UNREADABLE_COST)) return true
    this.#context.limitLog.record('messages', this.#session.grant.userId)
    this.#session.sendRateLimited(
      new AxisorError('rate-limited', 'too many messages', { retryAfterMs: RETRY_AFTER_MS }),
    )
    this.#session.close(RELAY_CLOSE.tooMany, 'too many messages')
    return false
  }
}
