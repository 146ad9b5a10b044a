import type { State } from '../store/state.ts'
import type { AlertInput } from './alert-input.ts'
import type { EndedPositions } from './ended-positions.ts'
import type { EngineState, ListedEnds } from './engine-state.ts'
import type { EndedPosition } from './how-ended.ts'
import { isWithoutStart, toExchange } from './listed-ends.ts'
import { unseenRounds } from './unseen-rounds.ts'
import { unseenTrades } from './unseen-trades.ts'

/** A time whose closed trades the exchange no longer lists; its clock. */
export interface UnlistedTime {
  readonly from: number
  readonly to: number
}

/** What the listings of closed trades and of cross fills add to the ends that were found otherwise. */
export interface UnseenEnds {
  readonly ended: readonly EndedPosition[]
  readonly closedTrades: ListedEnds
  readonly crossRounds: ListedEnds
  readonly unlisted: UnlistedTime | null
}

const NONE: readonly never[] = []

/**
 * Finds positions that ended without sight: those of a new listing that are neither open, missing nor reported. The first listing of all
 * reports what ended since the start.
 */
export function findUnseen(previous: EngineState, input: AlertInput, found: EndedPositions): UnseenEnds {
  const { closedTrades, crossRounds, readHistory, account, startedAt } = previous
  const { state } = input
  const history = readHistory === state.history || isOfUnknownAccount(account, state) ? null : state.history
  const isNothingNew = found.ended.length === 0 && history === null
  if (isNothingNew && (closedTrades.after !== null || isWithoutStart(closedTrades, state)))
    return { ended: NONE, closedTrades, crossRounds, unlisted: null }
  const started = toExchange(state, startedAt)
  const readAt = history === null ? 0 : toExchange(state, history.receivedAt)
  const listing = { input, found, readAt, history: history?.value ?? null }
  const after = closedTrades.after ?? started
  const trades = unseenTrades({ ...closedTrades, after }, listing)
  const rounds = unseenRounds({ ...crossRounds, after: crossRounds.after ?? started }, previous, listing)
  const since = history?.value.closed == null ? null : history.value.since
  return {
    ended: [...trades.ended, ...rounds.ended],
    closedTrades: trades.memory,
    crossRounds: rounds.memory,
    unlisted: since !== null && after < since ? { from: after, to: since } : null,
  }
}

/** The listing may belong to another key than the memory until the account is known. */
function isOfUnknownAccount(account: string | null, state: State): boolean {
  return account !== null && state.account === null
}
