import type { Stamped } from '../../domain/stamp.ts'

/** Messages can overtake each other by so much; an exchange time further back means that its clock was set back. */
const REORDER_WINDOW_MS = 30_000

/** Which of two words about the same thing counts: the later one by the exchange's clock, else by arrival. */
export function latest<T>(known: Stamped<T> | null, next: Stamped<T>): Stamped<T> {
  if (known === null) return next
  if (known.sourceAt === null || next.sourceAt === null)
    return next.receivedAt >= known.receivedAt ? next : known
  const behind = known.sourceAt - next.sourceAt
  return behind > 0 && behind <= REORDER_WINDOW_MS ? known : next
}

/** What a picture says, unless something arrived after its reading began: that may be newer than the picture. */
export function keepIfNewer<T>(
  known: Stamped<T> | null,
  read: Stamped<T> | null,
  startedAt: number,
): Stamped<T> | null {
  if (read === null) return known
  return known !== null && known.receivedAt >= startedAt ? known : read
}
