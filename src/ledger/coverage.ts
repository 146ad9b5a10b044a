/** The listings that a ledger is filled from, by their names in the route table. */
export const LEDGER_ROUTES = [
  'isolatedClosed',
  'isolatedCanceled',
  'isolatedFunding',
  'crossFilled',
  'crossFunding',
  'crossTransfers',
  'depositsLightning',
  'depositsOnChain',
  'withdrawalsLightning',
  'withdrawalsOnChain',
  'swaps',
  'settlements',
] as const

export type LedgerRoute = (typeof LEDGER_ROUTES)[number]

/** A reading of a listing that may be continued after any page. */
export interface RoutePass {
  /** When it began: it makes the listing complete up to this time. */
  readonly startedAt: number
  /** The earliest time requested; null for the whole listing. */
  readonly from: number | null
  /** Cursor of the next page; null before the first one. */
  readonly cursor: string | null
  readonly isNewestFirst: boolean
}

/** A row that could not be read. */
export interface UnreadRow {
  /** Null if the id can't be read either. */
  readonly id: string | null
  readonly field: string
  readonly problem: string
  /** Between which times it is listed; null: since the first row, or up to the newest one. */
  readonly from: number | null
  readonly to: number | null
}

/** How much of a listing a ledger has. */
export interface RouteState {
  readonly route: LedgerRoute
  /** True if everything from the first row up to `to` was read. */
  readonly isWhole: boolean
  /** Complete up to this time; null if nothing is. */
  readonly to: number | null
  /** The pass that is not finished; null if none. */
  readonly pass: RoutePass | null
  readonly unread: readonly UnreadRow[]
  /** Why the last pass failed; null if it did not. */
  readonly error: string | null
}

/** From when to when a listing is complete, or why it is not. */
export interface Coverage {
  readonly route: LedgerRoute
  /** Null: from the first row. Meaningless if `to` is null. */
  readonly from: number | null
  readonly to: number | null
  /** Why a sum over the whole listing would have a hole; null if it has none. */
  readonly reason: string | null
}

/** The state of a listing that was never read. */
function unreadRoute(route: LedgerRoute): RouteState {
  return { route, isWhole: false, to: null, pass: null, unread: [], error: null }
}

/** Returns the state of one listing. */
export function routeState(states: readonly RouteState[], route: LedgerRoute): RouteState {
  return states.find(each => each.route === route) ?? unreadRoute(route)
}

/** Returns from when to when a listing is complete. */
export function coverageOf(state: RouteState): Coverage {
  const { route, isWhole, to, pass, unread, error } = state
  const [first] = unread
  if (first !== undefined) {
    const row = `row ${first.id ?? 'without a readable id'}: ${first.field} ${first.problem}`
    return { route, from: null, to: null, reason: `${row} (${unread.length} unreadable)` }
  }
  if (isWhole) return { route, from: null, to, reason: null }
  const reason = error ?? 'it was not read to its first row yet'
  const reached = pass?.cursor == null ? Number.NaN : Date.parse(pass.cursor)
  if (pass === null || !pass.isNewestFirst || Number.isNaN(reached))
    return { route, from: null, to: null, reason }
  return { route, from: reached, to: pass.startedAt, reason }
}

/** Returns why a sum over these routes since `from` (null: since the first row) has a hole; null if it has none. */
export function holeOf(
  states: readonly RouteState[],
  routes: readonly LedgerRoute[],
  from: number | null = null,
): string | null {
  return holeIn(
    routes.map(route => {
      const state = routeState(states, route)
      return coverageOf({ ...state, unread: unreadSince(state, from) })
    }),
    from,
  )
}

/** Returns why a sum over listings since `from` (null: since the first row) has a hole; null if it has none. */
export function holeIn(coverages: readonly Coverage[], from: number | null): string | null {
  for (const coverage of coverages) {
    const reaches = coverage.to !== null && from !== null && coverage.from !== null && coverage.from <= from
    if (coverage.reason !== null && !reaches) return `${coverage.route}: ${coverage.reason}`
  }
  return null
}

/** Returns the unreadable rows that may be of `from` (null: the first row) or later. */
export function unreadSince({ unread }: RouteState, from: number | null): readonly UnreadRow[] {
  return unread.filter(({ to }) => from === null || to === null || to >= from)
}
