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
 * reply to an identical one in flight.
 */
export type RequestGate = <T>(request: GatedRequest, send: () => Promise<T>) => Promise<T>

/** Sends at once. */
export const UNGATED: RequestGate = (_, send) => send()
