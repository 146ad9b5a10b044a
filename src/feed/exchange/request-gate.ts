import type { HttpReply } from '../../ports/net.ts'
import type { Priority } from './budget.ts'

/** A request as the gate sees it. */
interface GatedRequest {
  /** Path and query. */
  readonly target: string
  readonly isSigned: boolean
  readonly priority: Priority
}

/**
 * Sends requests under a rate limit shared with other clients. It may delay a request, and may resolve a public request with the
 * reply to an identical one in flight. `send` passes its reply to `observe`, since it reports the limits of the exchange.
 */
export type RequestGate = <T>(
  request: GatedRequest,
  send: (observe: (reply: HttpReply) => void) => Promise<T>,
) => Promise<T>

/** Sends at once. */
export const UNGATED: RequestGate = (_, send) => send(() => {})
