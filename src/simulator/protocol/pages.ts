import { formatIso } from './iso.ts'
import type { PageRequest } from './query.ts'

/** The reply of a paged route. `nextCursor` is null if this is the last page. */
export interface Page {
  readonly data: readonly unknown[]
  readonly nextCursor: string | null
}

/**
 * Returns one page of `rows` (oldest first by `timeOf`), newest first, also among rows of one millisecond. A cursor is a time, to the millisecond. An inclusive one is the
 * time of the first row of the next page, which begins with all rows of that time: some may be repeated. An exclusive one is the time of
 * the last row of its page, and the other rows of that time are lost to a client that requests no overlap.
 */
export function pageOf<T>(
  rows: readonly T[],
  { from, to, limit, cursor, cursorMode }: PageRequest,
  timeOf: (row: T) => number,
  serialize: (row: T) => unknown,
): Page {
  const inRange = rows
    .filter(row => timeOf(row) >= from && timeOf(row) <= to)
    .reverse()
    .sort((a, b) => timeOf(b) - timeOf(a))
  const isIncluded = (time: number): boolean => {
    if (cursor === null || cursorMode === 'stuck') return true
    return cursorMode === 'inclusive' ? time <= cursor : time < cursor
  }
  const remaining = inRange.filter(row => isIncluded(timeOf(row)))
  const picked = remaining.slice(0, limit)
  const last = picked.at(-1)
  const next = cursorMode === 'stuck' ? last : remaining[limit]
  const cursorRow = cursorMode === 'inclusive' ? next : last
  const isLast = next === undefined || cursorRow === undefined
  return { data: picked.map(serialize), nextCursor: isLast ? null : formatIso(timeOf(cursorRow)) }
}
