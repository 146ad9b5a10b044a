import type { NoticeMessage } from '../../ports/notifier.ts'
import type { NetworkPolicy } from './connection-target.ts'
import type { HttpClient } from './http-client.ts'

/** One attempt to send a message through a channel. */
export interface SendAttempt {
  readonly message: NoticeMessage
  /** The secret of the channel in clear text; empty if it has none. */
  readonly secret: string
  /** Aborted at the time-out of the attempt and when the notifier is closed; its reason is a SendError. */
  readonly signal: AbortSignal
}

/** An attempt through an HTTP service. */
export interface HttpAttempt extends SendAttempt {
  readonly http: HttpClient
}

/** An attempt through a connection of its own. */
export interface SocketAttempt extends SendAttempt, NetworkPolicy {}
