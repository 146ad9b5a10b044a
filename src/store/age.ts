import type { Stamped } from '../domain/stamp.ts'
import type { State } from './state.ts'

/** Data older than this is never shown as live. */
export const STALE_AFTER_MS = 30_000

/**
 * While the exchange's clock is not measured, ours may be wrong by this. A larger difference counts as age: a clock that is wrong by
 * minutes then makes live data stale, which is safe; the opposite would show old data as live.
 */
const MAX_UNMEASURED_ERROR_MS = 60_000

/** Error of a measured clock offset. */
const MAX_OFFSET_ERROR_MS = 2_000

/**
 * The age of a value in ms: the larger of the time since its arrival and the time since its exchange timestamp, corrected by the
 * measured clock offset. Never negative.
 */
export function ageOf(state: State, { sourceAt, receivedAt }: Stamped<unknown>, now: number): number {
  const offsetMs = state.status?.clockOffsetMs ?? null
  return Math.max(0, now - receivedAt, sourceAt === null ? 0 : sinceSource(sourceAt, now, offsetMs))
}

/** Returns the time since a time of the exchange's clock, in ms: 0 if an unmeasured clock may explain it. May be negative. */
export function sinceSource(sourceAt: number, now: number, offsetMs: number | null): number {
  const sinceMs = now + (offsetMs ?? 0) - sourceAt
  return offsetMs === null && Math.abs(sinceMs) <= MAX_UNMEASURED_ERROR_MS ? 0 : sinceMs
}

/**
 * Returns the exchange's time of a message that arrived at `at` (our clock), or null for a time that was still to come. That stamp is
 * wrong; with it, the message would look newer than all that follow.
 */
export function usableSourceAt(state: State, sourceAt: number | null, at: number): number | null {
  return sourceAt !== null && isFromFuture(state, sourceAt, at) ? null : sourceAt
}

/** Returns true for a time of the exchange's clock that was still to come at `at`, our clock. */
export function isFromFuture(state: State, sourceAt: number, at: number): boolean {
  return sinceSource(sourceAt, at, state.status?.clockOffsetMs ?? null) < -MAX_OFFSET_ERROR_MS
}
