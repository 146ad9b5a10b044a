import { CROSS_ID, UNKNOWN_POSITION } from '../domain/position.ts'
import type { State } from '../store/state.ts'
import { type EndedRound, endedRounds } from './cross-rounds.ts'
import type { EndedPositions } from './ended-positions.ts'
import type { EngineState, KnownEnd, ListedEnds } from './engine-state.ts'
import { CLOCK_SLACK_MS, type EndedPosition } from './how-ended.ts'
import { newEnds, reportedEnds, toExchange } from './listed-ends.ts'
import type { ListedOnly, NewListing } from './unseen-trades.ts'

/**
 * Finds cross positions that ended without sight, by the fills that ended them. While a position that was seen is missing, its own end
 * is looked for first, and an end waits while the position of its side may be shown as it was before: the next listing reports them.
 */
export function unseenRounds(
  known: ListedEnds & { readonly after: number },
  { seenAt, lastGapMs }: Pick<EngineState, 'seenAt' | 'lastGapMs'>,
  { input, found, history, readAt }: NewListing,
): ListedOnly {
  const { state, now } = input
  const isAbsent = found.absent.some(key => key.startsWith(`${CROSS_ID} `))
  const fills = isAbsent ? null : (history?.crossFills ?? null)
  const listed = fills === null ? null : endedRounds(fills)
  const rounds = listed
    ?.filter(round => !isShownOpen(state, round))
    .map(round => ({ id: round.last.id, at: round.last.filledAt, round }))
  const reported = [...known.known, ...reportedIn(found, state)]
  const matched = rounds === undefined ? reported : matchedToFills(reported, rounds)
  const isWhole = rounds?.length === listed?.length
  const { rows: unseen, memory } = newEnds(
    { ...known, known: [] },
    rounds ?? null,
    matched,
    // What waits must not become older than the memory.
    isWhole ? readAt : known.after,
  )
  const lostAt = seenAt === null || lastGapMs === 0 ? null : toExchange(state, seenAt) - lastGapMs
  const ended = unseen.map(({ round }) => {
    const wasStreamed = isOnStream(state, round)
    const wasSeen = !wasStreamed && lostAt !== null && (round.openedAt ?? 0) < lostAt
    return endedOf(round, now, { unseenMs: wasSeen ? lastGapMs : 0, wasUnseen: !wasStreamed && !wasSeen })
  })
  return { ended, memory }
}

/** True if the stream reported the end of a position that was opened and ended between two evaluations. */
function isOnStream(state: State, { last }: EndedRound): boolean {
  return state.events.some(
    each =>
      each.kind === 'cross' &&
      each.event !== null &&
      each.cross.position === null &&
      Math.abs(toExchange(state, each.at) - last.filledAt) <= CLOCK_SLACK_MS,
  )
}

/** Ends that were reported before the fill was listed. The time makes them unique. */
function reportedIn(found: EndedPositions, state: State): readonly KnownEnd[] {
  return reportedEnds(found, state, 'cross').map(({ at }) => ({ id: `${UNLISTED}${at}`, at }))
}

const UNLISTED = 'reported '

/** Gives each reported end the id of the fill that made it, once that is listed: the nearest in time. */
function matchedToFills(known: readonly KnownEnd[], rounds: readonly KnownEnd[]): readonly KnownEnd[] {
  const free = new Map(rounds.map(round => [round.id, round]))
  for (const { id } of known) free.delete(id)
  return known.map(each => {
    if (!each.id.startsWith(UNLISTED)) return each
    const distance = ({ at }: KnownEnd): number => Math.abs(at - each.at)
    const [nearest] = [...free.values()].toSorted((a, b) => distance(a) - distance(b))
    if (nearest === undefined || distance(nearest) > CLOCK_SLACK_MS) return each
    free.delete(nearest.id)
    return nearest
  })
}

/** True if the data about the cross position may be older than its end. */
function isShownOpen(state: State, { side, last }: EndedRound): boolean {
  const { cross } = state
  if (cross?.value.position?.side !== side) return false
  const { updatedAt } = cross.value
  const isLater = updatedAt !== null && updatedAt > last.filledAt
  return !isLater && toExchange(state, cross.receivedAt) <= last.filledAt + CLOCK_SLACK_MS
}

function endedOf(
  { side, quantityUsd, openedAt, plSats, last }: EndedRound,
  foundAt: number,
  sight: Pick<EndedPosition, 'unseenMs' | 'wasUnseen'>,
): EndedPosition {
  const { type, priceUsd, filledAt } = last
  return {
    position: { ...UNKNOWN_POSITION, id: CROSS_ID, mode: 'cross', side, quantityUsd, openedAt },
    why: type === 'liquidation' ? 'liquidation' : 'closed',
    isInferred: type === null,
    plSats,
    exitPriceUsd: priceUsd,
    endedAt: filledAt,
    lastDistance: null,
    foundAt,
    ...sight,
    isUpdate: false,
  }
}
