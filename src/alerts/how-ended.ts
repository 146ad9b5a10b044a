import { CROSS_ID, type Position } from '../domain/position.ts'
import type { CloseReason, RealizedFill } from '../domain/snapshot.ts'
import { type Sats, sats, sumKnownSats, type Usd } from '../domain/units.ts'
import type { ActivityEvent, State } from '../store/state.ts'
import { endsPosition } from './cross-rounds.ts'
import type { MissingPosition } from './engine-state.ts'

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
  /** Only the listing of closed trades has it: no evaluation has seen it open. */
  readonly wasUnseen: boolean
  /** It was reported before, without its result. */
  readonly isUpdate: boolean
}

/** How long the end of a missing position is looked for, and its result. */
export const END_SEARCH_MS = 24 * 3_600_000

/** How a position ended. */
export type End = Pick<EndedPosition, 'why' | 'isInferred' | 'plSats' | 'exitPriceUsd' | 'endedAt'>

/** Returns how a position ended, from a message or from the history; null if neither reports it yet. */
export function endOf(state: State, missing: MissingPosition): End | null {
  const { position } = missing
  return position.id === CROSS_ID ? crossEnd(state, missing) : isolatedEnd(state, position)
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

/** True for an end of a position, not of an order. */
export function isTradeEnd(why: CloseReason): why is Exclude<EndedPosition['why'], 'unknown'> {
  return why !== 'canceled' && why !== 'filled'
}

/** A liquidation takes the whole margin; its message has no P&L. */
function lossOf({ marginSats }: Position): Sats | null {
  return marginSats === null ? null : sats(-marginSats)
}

/** Fills and events of the cross margin are looked for this long before the position was missed: two clocks and two messages differ. */
export const CLOCK_SLACK_MS = 30_000

/** Events of the cross margin that leave a position as it is: without one they do not report what ended it. */
const NEVER_CLOSES: ReadonlySet<string> = new Set(['cancel', 'leverage', 'deposit', 'withdraw', 'funding'])

/**
 * The stream names the cause of each change of the cross position; the fills since it was last seen have the result. Only an event
 * without a position reports the end: one with a position may have followed an end that was not seen.
 */
function crossEnd(state: State, { position, since: foundAt, unseenMs }: MissingPosition): End | null {
  const seenUntil = foundAt - unseenMs
  const events = state.events.filter(
    (each): each is CrossEvent => each.kind === 'cross' && each.at >= seenUntil - CLOCK_SLACK_MS,
  )
  const lastOpen = events.findLastIndex(({ cross }) => cross.position?.side === position.side)
  const causes = events
    .slice(lastOpen + 1)
    .filter(({ cross, event }) => cross.position === null && event !== null && !NEVER_CLOSES.has(event))
  const fills = closingFills(state, position, seenUntil, foundAt)
  const plSats = fills.length === 0 ? null : sumKnownSats(fills.map(fill => fill.plSats))
  const last = fills[0] ?? null
  const exitPriceUsd = last?.priceUsd ?? null
  const endedAt = last?.filledAt ?? null
  const result = { plSats, exitPriceUsd, endedAt }
  if (causes.some(({ event }) => event === 'liquidation') || last?.type === 'liquidation')
    return { why: 'liquidation', isInferred: false, ...result }
  if (causes.length > 0) return { why: 'closed', isInferred: false, ...result }
  if (last === null) return null
  return { why: inferredReason(position, exitPriceUsd, plSats), isInferred: true, ...result }
}

/**
 * Returns the fills that closed the cross position, newest first; none until one ended it, or those that are listed have its whole
 * quantity. After a time without sight all fills of that time make the result: the position may have grown in between.
 */
function closingFills(
  state: State,
  { side, quantityUsd }: Position,
  seenUntil: number,
  foundAt: number,
): readonly RealizedFill[] {
  const offsetMs = state.status?.clockOffsetMs ?? 0
  const from = seenUntil + offsetMs
  const to = foundAt + offsetMs + CLOCK_SLACK_MS
  const listed = (state.history?.value.crossFills ?? []).filter(
    fill => fill.side !== side && fill.filledAt >= from - CLOCK_SLACK_MS && fill.filledAt <= to,
  )
  const ends = listed.filter(fill => endsPosition(fill, side))
  // Of the ends since it was last seen the first is its own: another position may have followed.
  const end = ends.findLast(({ filledAt }) => filledAt > from) ?? ends[0]
  const fills = end === undefined ? listed : listed.slice(listed.indexOf(end))
  if (end !== undefined && seenUntil !== foundAt) return fills
  let sumUsd = 0
  const reached = fills.findIndex(fill => {
    sumUsd += fill.quantityUsd
    return sumUsd >= quantityUsd
  })
  if (reached === -1) return end === undefined ? [] : fills
  return seenUntil === foundAt ? fills.slice(0, reached + 1) : fills
}

type CrossEvent = Extract<ActivityEvent, { kind: 'cross' }>

/** An exit within this fraction of a level happened at the level. */
const AT_LEVEL = 0.002

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
