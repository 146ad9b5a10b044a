import { POSITION_PARTS } from '../domain/parts.ts'
import type { Position } from '../domain/position.ts'
import type { ActivityEvent } from '../store/state.ts'
import type { AlertInput } from './alert-input.ts'
import type { EngineState, MissingPosition, SeenPosition } from './engine-state.ts'
import { END_SEARCH_MS, type End, type EndedPosition, endOf, isTradeEnd } from './how-ended.ts'
import { positionKey } from './position-name.ts'

/** A missing position is reported as `unknown` after this time: a message or a listing may still report its end. */
export const UNKNOWN_AFTER_MS = 15_000

/** A gap in sight shorter than this is not mentioned. */
const MENTIONED_GAP_MS = 30_000

/** Positions that are gone, and those that are missing without a known end. */
export interface EndedPositions {
  readonly ended: readonly EndedPosition[]
  /** Positions of this evaluation, and those whose list can't be read now. */
  readonly open: EngineState['open']
  readonly missing: EngineState['missing']
  /** Keys of the positions that are not listed now and are not known to have ended. */
  readonly absent: readonly string[]
}

const NONE: readonly never[] = []

/** Compares the open positions with those of the last evaluation. `newEvents`: those since then. */
export function findEnded(
  previous: EngineState,
  input: AlertInput,
  newEvents: readonly ActivityEvent[],
): EndedPositions {
  const { positions, now } = input
  const brief = newEvents.length === 0 ? NONE : briefPositions(previous, input, newEvents)
  if (brief.length === 0 && previous.missing.length === 0 && isSame(previous.open, positions))
    return { ended: NONE, open: positions, missing: NONE, absent: NONE }
  const keys = new Set(positions.map(({ position }) => positionKey(position)))
  const lost = previous.open.filter(({ position }) => !keys.has(positionKey(position)))
  const gone = lost.filter(({ position }) => isSeenGone(input, position))
  const unseenMs = unseenBefore(previous, now)
  const candidates = [
    ...previous.missing.filter(({ position }) => !keys.has(positionKey(position))),
    ...gone.map(row => ({ ...row, since: now, unseenMs })),
    ...brief.map(position => ({ position, liquidationDistance: null, since: now, unseenMs: 0 })),
  ]
  const ended: EndedPosition[] = []
  const missing: MissingPosition[] = []
  for (const candidate of candidates) {
    const end = endOf(input.state, candidate)
    if (end !== null) ended.push(endedOf(candidate, end))
    else if (now - candidate.since < END_SEARCH_MS) {
      missing.push(candidate)
      if (now - candidate.since >= UNKNOWN_AFTER_MS) ended.push(endedOf(candidate, UNKNOWN_END))
    }
  }
  const unlisted = lost.filter(row => !gone.includes(row))
  return {
    ended,
    open: [...positions, ...unlisted],
    missing,
    absent: [...unlisted, ...missing].map(({ position }) => positionKey(position)),
  }
}

/** Positions that were opened and ended between two evaluations: no evaluation has had them. */
function briefPositions(
  { open, missing }: EngineState,
  { state }: AlertInput,
  newEvents: readonly ActivityEvent[],
): readonly Position[] {
  const isKnown = (id: string): boolean => [...open, ...missing].some(({ position }) => position.id === id)
  return newEvents.flatMap(event => {
    if (event.kind !== 'ended' || !isTradeEnd(event.why) || isKnown(event.id)) return []
    return event.position ?? openedPosition(state.events, event.id) ?? []
  })
}

/** A snapshot that was read before a fill may have removed its row when the end is reported. The event of the fill still has it. */
function openedPosition(events: readonly ActivityEvent[], id: string): Position | null {
  for (const event of events.toReversed())
    if ((event.kind === 'filled' || event.kind === 'appeared') && event.position.id === id)
      return event.position
  return null
}

/** The rows are sorted by risk, so that a change of the order takes the longer way. */
function isSame(before: readonly SeenPosition[], after: readonly SeenPosition[]): boolean {
  if (before === after) return true
  if (before.length !== after.length) return false
  for (let index = 0; index < before.length; index++) {
    const [one, other] = [before[index]?.position, after[index]?.position]
    if (one?.id !== other?.id || one?.side !== other?.side) return false
  }
  return true
}

function endedOf(
  { position, liquidationDistance, since, unseenMs }: MissingPosition,
  end: End,
): EndedPosition {
  const seen = { position, lastDistance: liquidationDistance, foundAt: since, unseenMs }
  return { ...seen, ...end, wasUnseen: false, isUpdate: false }
}

const UNKNOWN_END: End = {
  why: 'unknown',
  isInferred: false,
  plSats: null,
  exitPriceUsd: null,
  endedAt: null,
}

function unseenBefore({ seenAt, startedAt }: EngineState, goneSince: number): number {
  const gapMs = goneSince - (seenAt ?? startedAt)
  return gapMs < MENTIONED_GAP_MS ? 0 : gapMs
}

/** True if a message reported the end, or a complete list no longer has the position. */
function isSeenGone({ state, source, unread }: AlertInput, { id, mode }: Position): boolean {
  if (state.ended.has(id)) return true
  const [isolatedPart, crossPart] = POSITION_PARTS
  const part = source.parts[mode === 'cross' ? crossPart : isolatedPart]
  if (part.state === 'live') return true
  return part.state === 'partial' && unread.every(row => row.id !== null && row.id !== id)
}
