import type { Stamped } from '../../domain/stamp.ts'
import { STALE_AFTER_MS, sinceSource } from '../age.ts'

/** Messages may be reordered within this window. An exchange time further back means that its clock was set back. */
const REORDER_WINDOW_MS = 30_000

/**
 * The same by arrival while the exchange's clock is not measured. A message from the future then blocks the right ones no longer than
 * this; with a measured clock such a stamp is dropped before.
 */
const UNMEASURED_WINDOW_MS = 5_000

/**
 * Returns the more recent of two values: by the exchange's clock, else by arrival. `offsetMs` is the exchange's clock minus ours; null
 * if not measured.
 */
export function latest<T>(known: Stamped<T> | null, next: Stamped<T>, offsetMs: number | null): Stamped<T> {
  if (known === null) return next
  if (known.sourceAt === null || next.sourceAt === null)
    return next.receivedAt >= known.receivedAt ? next : known
  const behindMs = known.sourceAt - next.sourceAt
  if (behindMs <= 0) return next
  if (behindMs <= REORDER_WINDOW_MS)
    return offsetMs === null && next.receivedAt - known.receivedAt > UNMEASURED_WINDOW_MS ? next : known
  return offsetMs !== null && isReplay(known.sourceAt, next, offsetMs) ? known : next
}

/** Returns true if `next` was stale on arrival and the known value was not: old messages are sent among current ones. */
function isReplay(knownSourceAt: number, next: Stamped<unknown>, offsetMs: number): boolean {
  const { sourceAt, receivedAt } = next
  return (
    sourceAt !== null &&
    sinceSource(sourceAt, receivedAt, offsetMs) > STALE_AFTER_MS &&
    sinceSource(knownSourceAt, receivedAt, offsetMs) <= STALE_AFTER_MS
  )
}

/** Returns true if `next` was stale on arrival, and older than what has arrived at `knownAt`. */
function isOlderOnArrival(knownAt: number, next: Stamped<unknown>, offsetMs: number | null): boolean {
  const { sourceAt, receivedAt } = next
  if (sourceAt === null) return false
  return sinceSource(sourceAt, receivedAt, offsetMs) > Math.max(STALE_AFTER_MS, receivedAt - knownAt)
}

/**
 * Returns the value of a snapshot, unless the known value arrived after its read began and may be newer. A stored reply is also older
 * than a value that arrived after it was made. A value that was stale on arrival is not newer. `offsetMs` as for `latest`.
 */
export function keepIfNewer<T>(
  known: Stamped<T> | null,
  read: Stamped<T> | null,
  startedAt: number,
  offsetMs: number | null,
): Stamped<T> | null {
  if (read === null) return known
  if (known === null || known.receivedAt < Math.min(startedAt, read.receivedAt)) return read
  return isOlderOnArrival(read.receivedAt, known, offsetMs) ? read : known
}
