import type { Position } from '../domain/position.ts'
import type { State } from '../store/state.ts'
import type { EndedPositions } from './ended-positions.ts'
import type { KnownEnd, ListedEnds } from './engine-state.ts'

/**
 * An end may be missing in a listing for this long, also because a relay sends a listing that it read earlier. Until then a listing is
 * not the last word about its time.
 */
const LISTING_LAG_MS = 300_000

/** The most known ends that are remembered, as for a listing that can't be read. */
const MAX_KNOWN = 2_000

/** Converts a time of our clock to the exchange's. */
export function toExchange({ status }: State, at: number): number {
  return at + (status?.clockOffsetMs ?? 0)
}

/** True while the first evaluation has no time of the exchange from which to report. */
export function isWithoutStart({ after }: ListedEnds, { status }: State): boolean {
  return after === null && (status === null || status.clockOffsetMs === null)
}

/** Ends of one mode that were reported before they were listed; they have the ids of their positions. */
export function reportedEnds(
  { ended }: Pick<EndedPositions, 'ended'>,
  state: State,
  mode: Position['mode'],
): readonly KnownEnd[] {
  return ended
    .filter(({ position, why }) => position.mode === mode && why !== 'unknown')
    .map(({ position, endedAt, foundAt }) => ({
      id: position.id,
      at: endedAt ?? toExchange(state, foundAt),
    }))
}

/** Ends of a listing that were not reported, and what to remember. */
export interface NewEnds<Row> {
  readonly rows: readonly Row[]
  readonly memory: ListedEnds
}

/**
 * Compares a listing with the known ends. `rows`: the ended positions of the listing, any order; null if it was not read. `reported`: ends
 * that were found otherwise now.
 */
export function newEnds<Row extends KnownEnd>(
  { after, known }: ListedEnds & { readonly after: number },
  rows: readonly Row[] | null,
  reported: readonly KnownEnd[],
  readAt: number,
): NewEnds<Row> {
  const ends = new Map([...known, ...reported].map(each => [each.id, each.at]))
  const listed = (rows ?? []).filter(({ at }) => at > after)
  const unknown = listed.filter(({ id }) => !ends.has(id))
  for (const { id, at } of listed) ends.set(id, at)
  const until = rows === null ? after : Math.max(after, readAt - LISTING_LAG_MS)
  // No later listing reports an end that is older.
  const kept = [...ends].map(([id, at]) => ({ id, at })).filter(({ at }) => at > until - LISTING_LAG_MS)
  return { rows: unknown, memory: { after: until, known: kept.slice(-MAX_KNOWN) } }
}
