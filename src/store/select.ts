import type { AccountView, MarketView, OrderRow, PositionRow, SourceView, TotalsView } from './view.ts'
import type { State } from './state.ts'
declare const missing: never
export function selectPositions(_state: State, _now: number): readonly PositionRow[] { return missing }
export function selectOrders(_state: State, _now: number): readonly OrderRow[] { return missing }
export function selectMarket(_state: State, _now: number): MarketView { return missing }
export function selectAccount(_state: State, _now: number): AccountView { return missing }
export function selectTotals(_state: State, _now: number): TotalsView { return missing }
export function selectSource(_state: State, _now: number): SourceView { return missing }
