import { formatIso } from './iso.ts'
import type { PageRequest } from './query.ts'

/** The reply of a paged route. `nextCursor` is null if this is the last page. */
export interface Page {
  readonly data: readonly unknown[]
  readonly nextCursor: string | null
}

/**
 * The cursor after a page: the time of its last row, which older rows follow. If rows of the same millisecond remain (funding
 * settles all trades at once), six more digits count the rows already returned. It is still an ISO time, and every row is
 * returned exactly once.
 */
function cursorAfter(at: number, returned: number, isLastOfMoment: boolean): string {
  const text = formatIso(at)
  return isLastOfMoment ? text : `${text.slice(0, -1)}${String(returned).padStart(6, '0')}Z`
}

/** Returns one page of `rows` (oldest first by `timeOf`), newest first. */
export function pageOf<T>(
  rows: readonly T[],
  request: PageRequest,
  timeOf: (row: T) => number,
  serialize: (row: T) => unknown,
): Page {
  const inRange = rows
    .filter(row => timeOf(row) >= request.from && timeOf(row) <= request.to)
    .sort((a, b) => timeOf(b) - timeOf(a))
  const { cursor } = request
  const start = cursor === null ? 0 : startAfter(inRange.map(timeOf), cursor.at, cursor.skip)
  const picked = inRange.slice(start, start + request.limit)
  const last = picked.at(-1)
  const next = inRange[start + request.limit]
  if (last === undefined || next === undefined) return { data: picked.map(serialize), nextCursor: null }
  const at = timeOf(last)
  const returned = start + request.limit - inRange.findIndex(row => timeOf(row) === at)
  return { data: picked.map(serialize), nextCursor: cursorAfter(at, returned, timeOf(next) !== at) }
}

function startAfter(times: readonly number[], at: number, skip: number): number {
  const first = times.findIndex(time => time <= at)
  if (first === -1) return times.length
  const older = times.findIndex(time => time < at)
  return Math.min(first + skip, older === -1 ? times.length : older)
}
