import type { Stamped } from '../../domain/stamp.ts'

/** Messages may be reordered within this window. An exchange time further back means that its clock was set back. */
const REORDER_WINDOW_MS = 30_000

/** Returns the more recent of two values: by the exchange's clock, else by arrival. */
export function latest<T>(known: Stamped<T> | null, next: Stamped<T>): Stamped<T> {
  if (known === null) return next
  if (known.sourceAt === null || next.sourceAt === null)
    return next.receivedAt >= known.receivedAt ? next : known
  const behindMs = known.sourceAt - next.sourceAt
  return behindMs > 0 && behindMs <= REORDER_WINDOW_MS ? known : next
}

/** Returns the value of a snapshot, unless the known value arrived after its read began and may be newer. */
export function keepIfNewer<T>(
  known: Stamped<T> | null,
  read: Stamped<T> | null,
  startedAt: number,
): Stamped<T> | null {
  if (read === null) return known
  return known !== null && known.receivedAt >= startedAt ? known : read
}
