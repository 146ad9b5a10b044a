import type { AlertKind, Level } from '../domain/alerts/alert.ts'
import { selectMarket } from '../store/selectors/market.ts'
import { selectUnreadPositions, type UnreadPosition } from '../store/selectors/parts.ts'
import { selectKnownPositions, selectOrders, selectPositions } from '../store/selectors/positions.ts'
import { selectSource } from '../store/selectors/source.ts'
import { selectTotals } from '../store/selectors/totals.ts'
import type { State } from '../store/state.ts'
import type { MarketView, OrderRow, PositionRow, SourceView, TotalsView } from '../store/view.ts'

/** What rules are evaluated on. The view model of the dashboard is one. */
export interface AlertInput {
  readonly now: number
  readonly state: State
  readonly source: SourceView
  readonly market: MarketView
  readonly totals: TotalsView
  /** Readable positions and the last known versions of unreadable ones. */
  readonly positions: readonly PositionRow[]
  readonly unread: readonly UnreadPosition[]
  readonly orders: readonly OrderRow[]
}

/** Selects what rules are evaluated on. */
export function alertInputOf(state: State, now: number): AlertInput {
  const readable = selectPositions(state, now)
  return {
    now,
    state,
    source: selectSource(state, now),
    market: selectMarket(state, now),
    totals: selectTotals(state, now, readable),
    positions: selectKnownPositions(state, now, readable),
    unread: selectUnreadPositions(state),
    orders: selectOrders(state),
  }
}

/** A condition that holds now, as a rule found it. */
export interface Finding {
  /** Identifies the condition within its rule, such as the id of a position. */
  readonly key: string
  readonly kind: AlertKind
  readonly level: Level
  readonly subject: string
  readonly positionId: string | null
  readonly message: string
  readonly remedy: string | null
}

/** What a rule found. A condition that is neither found nor held has ended. */
export interface Outcome {
  readonly findings: readonly Finding[]
  /** Returns true for a condition that can't be evaluated now: its alert stays as it is. */
  isHeld(key: string): boolean
  /** Things that happened once. Each has a key that no other event has. */
  readonly events: readonly Finding[]
  /** Events that were reported before, with a result that was not known then. */
  readonly updates: readonly Finding[]
  /** Returns the sentence about the end of a condition, or null for a general one. */
  endingOf(key: string): string | null
}

/** Nothing was found and nothing is held. */
export const NOTHING_FOUND: Outcome = {
  findings: [],
  isHeld: () => false,
  events: [],
  updates: [],
  endingOf: () => null,
}

/** Nothing can be evaluated. */
export const ALL_HELD: Outcome = { ...NOTHING_FOUND, isHeld: () => true }

/** Returns the level of the alert of a condition before this evaluation, or null if there is none. */
export type PreviousLevel = (key: string) => Level | null
