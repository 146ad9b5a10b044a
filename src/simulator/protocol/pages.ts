import { iso } from './iso.ts'
import type { PageRequest } from './query.ts'

/** The reply of a paged route; `nextCursor` null means that there is no more. */
export interface Page {
  readonly data: readonly unknown[]
  readonly nextCursor: string | null
}

/**
 * A cursor is the time of the last row that was given, and the next page holds what is older. When more rows of that very
 * millisecond are still to come (funding settles all trades at once), six more digits count those that were given: still an
 * ISO time, and every row is met exactly once.
 */
function cursorAfter(at: number, given: number, isLastOfMoment: boolean): string {
  const text = iso(at)
  return isLastOfMoment ? text : `${text.slice(0, -1)}${String(given).padStart(6, '0')}Z`
}

/** One page of `rows` (oldest first by `timeOf`), newest first. */
export function pageOf<T>(
  rows: readonly T[],
  request: PageRequest,
  timeOf: (row: T) => number,
  shape: (row: T) => unknown,
): Page {
  const inRange = rows
    .filter(row => timeOf(row) >= request.from && timeOf(row) <= request.to)
    .sort((a, b) => timeOf(b) - timeOf(a))
  const { cursor } = request
  const start = cursor === null ? 0 : startAfter(inRange.map(timeOf), cursor.at, cursor.skip)
  const picked = inRange.slice(start, start + request.limit)
  const last = picked.at(-1)
  const next = inRange[start + request.limit]
  if (last === undefined || next === undefined) return { data: picked.map(shape), nextCursor: null }
  const at = timeOf(last)
  const given = start + request.limit - inRange.findIndex(row => timeOf(row) === at)
  return { data: picked.map(shape), nextCursor: cursorAfter(at, given, timeOf(next) !== at) }
}

function startAfter(times: readonly number[], at: number, skip: number): number {
  const first = times.findIndex(time => time <= at)
  if (first === -1) return times.length
  const older = times.findIndex(time => time < at)
  return Math.min(first + skip, older === -1 ? times.length : older)
}
