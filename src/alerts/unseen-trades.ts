import type { Position } from '../domain/position.ts'
import type { ClosedTrade } from '../domain/snapshot.ts'
import type { State } from '../store/state.ts'
import type { AlertInput } from './alert-input.ts'
import type { EndedPositions } from './ended-positions.ts'
import type { ClosedTrades, EngineState, KnownEnd } from './engine-state.ts'
import { type EndedPosition, endOf } from './how-ended.ts'

/**
 * A trade may be missing in the listing for this long after its end, also because a relay sends a listing that it read earlier. Until then
 * a listing is not the last word about its time.
 */
const LISTING_LAG_MS = 300_000

/** The most known ends that are remembered, as for a listing that can't be read. */
const MAX_KNOWN = 2_000

/** A time whose closed trades the exchange no longer lists; its clock. */
export interface UnlistedTime {
  readonly from: number
  readonly to: number
}

/** What a listing of closed trades adds to the ends that were found otherwise. */
export interface UnseenTrades {
  readonly ended: readonly EndedPosition[]
  readonly closedTrades: ClosedTrades
  readonly unlisted: UnlistedTime | null
}

const NONE: readonly never[] = []

/** Converts a time of our clock to the exchange's. */
function toExchange({ status }: State, at: number): number {
  return at + (status?.clockOffsetMs ?? 0)
}

/**
 * Finds trades that were opened and ended without sight: those of a new listing that are neither open, missing nor reported. The first
 * listing of all reports what was closed since the start.
 */
export function findUnseen(previous: EngineState, input: AlertInput, found: EndedPositions): UnseenTrades {
  const { closedTrades, readHistory, account } = previous
  const { state } = input
  const reported = reportedIn(found, state)
  const history = readHistory === state.history || isOfUnknownAccount(account, state) ? null : state.history
  const closed = history?.value.closed ?? null
  if (reported.length === 0 && closed === null) {
    const isStarting = closedTrades.after === null && state.status !== null
    if (!isStarting || state.status?.clockOffsetMs === null)
      return { ended: NONE, closedTrades, unlisted: null }
  }
  const after = closedTrades.after ?? toExchange(state, previous.startedAt)
  const known = new Map([...closedTrades.known, ...reported].map(each => [each.id, each.at]))
  if (history === null || closed === null)
    return { ended: NONE, closedTrades: remembered(after, known), unlisted: null }
  const pending = new Set([...found.open, ...found.missing].map(({ position }) => position.id))
  const ended: EndedPosition[] = []
  for (const trade of closed) {
    if (trade.closedAt <= after || pending.has(trade.id)) continue
    if (!known.has(trade.id)) ended.push(...unseen(state, trade, input.now))
    known.set(trade.id, trade.closedAt)
  }
  const { since } = history.value
  const readUntil = toExchange(state, history.receivedAt) - LISTING_LAG_MS
  return {
    ended: ended.toReversed(),
    closedTrades: remembered(Math.max(after, readUntil), known),
    unlisted: after < since ? { from: after, to: since } : null,
  }
}

/** The listing may belong to another key than the memory until the account is known. */
function isOfUnknownAccount(account: string | null, state: State): boolean {
  return account !== null && state.account === null
}

function reportedIn({ ended }: EndedPositions, state: State): readonly KnownEnd[] {
  if (ended.length === 0) return NONE
  return ended.flatMap(({ position, why, endedAt, foundAt }) =>
    position.mode === 'cross' || why === 'unknown'
      ? []
      : [{ id: position.id, at: endedAt ?? toExchange(state, foundAt) }],
  )
}

/** Forgets ends that no later listing reports. */
function remembered(after: number, known: ReadonlyMap<string, number>): ClosedTrades {
  const kept = [...known].map(([id, at]) => ({ id, at })).filter(({ at }) => at > after - LISTING_LAG_MS)
  return { after, known: kept.slice(-MAX_KNOWN) }
}

function unseen(state: State, trade: ClosedTrade, now: number): readonly EndedPosition[] {
  const position = positionOf(trade)
  const end = endOf(state, { position, liquidationDistance: null, since: now, unseenMs: 0 })
  if (end === null) return NONE
  const found = { lastDistance: null, foundAt: now, unseenMs: 0, wasUnseen: true, isUpdate: false }
  return [{ position, ...found, ...end }]
}

/** The position that a closed trade was. */
function positionOf(trade: ClosedTrade): Position {
  const { id, side, quantityUsd, entryPriceUsd, marginSats, liquidationPriceUsd } = trade
  const { stopLossUsd, takeProfitUsd, openingFeeSats, openedAt } = trade
  return {
    ...{ id, mode: 'isolated', side, quantityUsd, entryPriceUsd, marginSats, liquidationPriceUsd },
    ...{ stopLossUsd, takeProfitUsd, openingFeeSats, openedAt },
    entryCandidates: null,
    entrySource: null,
    entryMarginSats: null,
    maintenanceMarginSats: null,
    runningMarginSats: null,
    leverage: null,
    stopLossTrailingDistance: null,
    exchangePlSats: null,
    fundingPaidSats: null,
    cashInMarginSats: null,
    cashInPlSats: null,
    otherMarket: null,
  }
}
