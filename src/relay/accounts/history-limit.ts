import type { History } from '../../domain/snapshot.ts'

/** With three lists of so many rows each, a message still fits into the 1 MiB that a client takes. */
const MAX_ROWS = 1_000

/** The history as it can be sent: a list that is too long is null, like one that could not be read. Half of it would give wrong sums. */
export function capHistory(history: History): History {
  const { since, closed, fundingFees, crossFills } = history
  return {
    since,
    closed: fitting(closed),
    fundingFees: fitting(fundingFees),
    crossFills: fitting(crossFills),
  }
}

function fitting<T>(rows: readonly T[] | null): readonly T[] | null {
  return rows === null || rows.length <= MAX_ROWS ? rows : null
}
