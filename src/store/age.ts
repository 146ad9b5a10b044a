import type { Stamped } from '../domain/stamp.ts'
import type { State } from './state.ts'

/** Data older than this is never shown as live. */
export const STALE_AFTER_MS = 30_000

/**
 * How old a value is: the larger of the time since it arrived and the time since the exchange said it (its clock corrected by
 * the measured offset). Never negative.
 */
export function ageOf(state: State, stamp: Stamped<unknown>, now: number): number {
  const sinceArrival = now - stamp.receivedAt
  const offset = state.status?.clockOffsetMs ?? null
  const sinceSaid = stamp.sourceAt === null || offset === null ? 0 : now + offset - stamp.sourceAt
  return Math.max(0, sinceArrival, sinceSaid)
}
