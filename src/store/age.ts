import type { Stamped } from '../domain/stamp.ts'
import type { State } from './state.ts'

/** Data older than this is never shown as live. */
export const STALE_AFTER_MS = 30_000

/**
 * The age of a value in ms: the larger of the time since its arrival and the time since its exchange timestamp, corrected by the
 * measured clock offset. Never negative.
 */
export function ageOf(state: State, stamp: Stamped<unknown>, now: number): number {
  const sinceArrival = now - stamp.receivedAt
  const offset = state.status?.clockOffsetMs ?? null
  const sinceSource = stamp.sourceAt === null || offset === null ? 0 : now + offset - stamp.sourceAt
  return Math.max(0, sinceArrival, sinceSource)
}
