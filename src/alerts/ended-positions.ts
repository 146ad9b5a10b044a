import { POSITION_PARTS } from '../domain/parts.ts'
import { CROSS_ID, type Position } from '../domain/position.ts'
import type { CloseReason } from '../domain/snapshot.ts'
import { type Sats, sats, sumKnownSats, type Usd } from '../domain/units.ts'
import type { ActivityEvent, State } from '../store/state.ts'
import type { AlertInput } from './alert-input.ts'
import type { EngineState, MissingPosition, SeenPosition } from './engine-state.ts'
import { positionKey } from './position-name.ts'

/** A position that has ended. */
export interface EndedPosition {
  readonly position: Position
  /** `unknown`: it is missing, and the exchange has not reported its end yet. */
  readonly why: Extract<CloseReason, 'closed' | 'stop-loss' | 'take-profit' | 'liquidation'> | 'unknown'
  /** The reason was inferred from the exit price, because no message reported the end. */
  readonly isInferred: boolean
  readonly plSats: Sats | null
  readonly exitPriceUsd: Usd | null
  /** The exchange's clock; null if unknown. */
  readonly endedAt: number | null
  /** Distance to liquidation when it was last seen at a fresh price; null if unknown. */
  readonly lastDistance: number | null
  /** When it was found, our clock. */
  readonly foundAt: number
  /** Time without sight before the end was seen, in ms. */
  readonly unseenMs: number
}

/** A missing position is reported as `unknown` after this time: a message or a listing may still report its end. */
export const UNKNOWN_AFTER_MS = 15_000

/** How long the end of a missing position is looked for. */
const SEARCH_MS = 24 * 3_600_000

/** An exit within this fraction of a level happened at the level. */
const AT_LEVEL = 0.002

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
  const brief = newEvents.length === 0 ? NONE : briefPositions(previous, newEvents)
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
    else if (now - candidate.since < SEARCH_MS) {
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
  newEvents: readonly ActivityEvent[],
): readonly Position[] {
  const isKnown = (id: string): boolean => [...open, ...missing].some(({ position }) => position.id === id)
  return newEvents.flatMap(event => {
    if (event.kind !== 'ended' || event.position === null || !isTradeEnd(event.why)) return []
    return isKnown(event.id) ? [] : [event.position]
  })
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
  return { position, lastDistance: liquidationDistance, foundAt: since, unseenMs, ...end }
}

type End = Pick<EndedPosition, 'why' | 'isInferred' | 'plSats' | 'exitPriceUsd' | 'endedAt'>

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

/** Returns how a position ended, from a message or from the history; null if neither reports it yet. */
function endOf(state: State, { position, since, unseenMs }: MissingPosition): End | null {
  return position.id === CROSS_ID ? crossEnd(state, position, since - unseenMs) : isolatedEnd(state, position)
}

function isolatedEnd(state: State, position: Position): End | null {
  const event = state.events.findLast(
    (each): each is Extract<ActivityEvent, { kind: 'ended' }> =>
      each.kind === 'ended' && each.id === position.id,
  )
  const closed = state.history?.value.closed?.find(({ id }) => id === position.id) ?? null
  if (event !== undefined && isTradeEnd(event.why)) {
    const plSats = event.plSats ?? closed?.plSats ?? (event.why === 'liquidation' ? lossOf(position) : null)
    const endedAt = closed?.closedAt ?? null
    return { why: event.why, isInferred: false, plSats, exitPriceUsd: event.exitPriceUsd, endedAt }
  }
  if (closed === null) return null
  const { plSats, exitPriceUsd, closedAt } = closed
  return {
    why: inferredReason(position, exitPriceUsd, plSats),
    isInferred: true,
    plSats,
    exitPriceUsd,
    endedAt: closedAt,
  }
}

function isTradeEnd(why: CloseReason): why is Exclude<EndedPosition['why'], 'unknown'> {
  return why !== 'canceled' && why !== 'filled'
}

/** A liquidation takes the whole margin; its message has no P&L. */
function lossOf({ marginSats }: Position): Sats | null {
  return marginSats === null ? null : sats(-marginSats)
}

/** Events of the cross margin that leave a position as it is: without one they do not report what ended it. */
const NEVER_CLOSES: ReadonlySet<string> = new Set(['cancel', 'leverage', 'deposit', 'withdraw', 'funding'])

/**
 * The stream names the cause of each change of the cross position; the fills since it was last seen have the result. Only an event
 * without a position reports the end: one with a position may have followed an end that was not seen.
 */
function crossEnd(state: State, position: Position, since: number): End | null {
  const events = state.events.filter(
    (each): each is CrossEvent => each.kind === 'cross' && each.at >= since - MENTIONED_GAP_MS,
  )
  const lastOpen = events.findLastIndex(({ cross }) => cross.position?.side === position.side)
  const causes = events
    .slice(lastOpen + 1)
    .filter(({ cross, event }) => cross.position === null && event !== null && !NEVER_CLOSES.has(event))
  const fills = (state.history?.value.crossFills ?? []).filter(
    ({ filledAt, side }) => filledAt >= since - MENTIONED_GAP_MS && side !== position.side,
  )
  const plSats = fills.length === 0 ? null : sumKnownSats(fills.map(fill => fill.plSats))
  const last = fills[0] ?? null
  const exitPriceUsd = last?.priceUsd ?? null
  const endedAt = last?.filledAt ?? null
  const result = { plSats, exitPriceUsd, endedAt }
  if (causes.some(({ event }) => event === 'liquidation'))
    return { why: 'liquidation', isInferred: false, ...result }
  if (causes.length > 0) return { why: 'closed', isInferred: false, ...result }
  if (last === null) return null
  return { why: inferredReason(position, exitPriceUsd, plSats), isInferred: true, ...result }
}

type CrossEvent = Extract<ActivityEvent, { kind: 'cross' }>

/** Infers the reason from the exit price. A loss of the whole margin is a liquidation, whatever the known levels were. */
function inferredReason(
  position: Position,
  exitPriceUsd: Usd | null,
  plSats: Sats | null,
): Exclude<EndedPosition['why'], 'unknown'> {
  const { marginSats, liquidationPriceUsd, stopLossUsd, takeProfitUsd, side, mode } = position
  if (mode === 'isolated' && plSats !== null && marginSats !== null && plSats <= -marginSats)
    return 'liquidation'
  if (exitPriceUsd === null) return 'closed'
  const isAtOrBelow = (price: Usd, of: Usd): boolean => price <= of * (1 + AT_LEVEL)
  const isAtOrAbove = (price: Usd, of: Usd): boolean => price >= of * (1 - AT_LEVEL)
  const [isWorse, isBetter] = side === 'long' ? [isAtOrBelow, isAtOrAbove] : [isAtOrAbove, isAtOrBelow]
  if (liquidationPriceUsd !== null && isWorse(exitPriceUsd, liquidationPriceUsd)) return 'liquidation'
  if (stopLossUsd !== null && isWorse(exitPriceUsd, stopLossUsd)) return 'stop-loss'
  if (takeProfitUsd !== null && isBetter(exitPriceUsd, takeProfitUsd)) return 'take-profit'
  return 'closed'
}
