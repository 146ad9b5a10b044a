import type { History } from '../../domain/snapshot.ts'

/** Three lists of this length fit into the 1 MiB that a client accepts per message. */
const MAX_ROWS = 1_000

/**
 * Returns the history with each list that is too long set to null, as if unreadable. Half of a list would give wrong
 * sums.
 */
export function capHistory(history: History): History {
  const { since, closed, fundingFees, crossFills, crossUnknownReason } = history
  return {
    since,
    closed: capRows(closed),
    fundingFees: capRows(fundingFees),
    crossFills: capRows(crossFills),
    crossUnknownReason,
  }
}

function capRows<T>(rows: readonly T[] | null): readonly T[] | null {
  return rows === null || rows.length <= MAX_ROWS ? rows : null
}
