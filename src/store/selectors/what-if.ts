import { addedMargin } from '../../domain/added-margin.ts'
import { isLiquidatedAt } from '../../domain/liquidation.ts'
import type { Bucket } from '../../domain/market.ts'
import type { Position } from '../../domain/position.ts'
import { BOUNDS, type Sats, sats, type Usd, usd } from '../../domain/units.ts'
import { lossAtLiquidation, stateWithout } from '../liquidation.ts'
import { openPositions } from '../open-positions.ts'
import type { State } from '../state.ts'
import type { PositionRow, WhatIfRow, WhatIfView } from '../view.ts'
import { isWhole } from './parts.ts'
import { selectPositions } from './positions.ts'
import { selectTotals } from './totals.ts'

/** The price to look at, or the move from today's price as a fraction (-0.1: 10 % down). */
export type WhatIfTarget =
  | { readonly kind: 'price'; readonly priceUsd: Usd }
  | { readonly kind: 'move'; readonly fraction: number }

/** Today's price: the last price, which triggers liquidations; without it the index or the bid. Null if there is none. */
export function todaysPriceUsd({ lastPrice, index, buckets }: State): Usd | null {
  return lastPrice?.value ?? index?.value ?? buckets?.value[0]?.bidUsd ?? null
}

/**
 * Returns what the account would look like if the price went straight from today's to another one. All prices move in proportion, so that the
 * spread stays. Positions whose liquidation price is reached on the way are liquidated; stops, orders, funding and time are left out.
 * Null if there is no price today, or if the other one is no price. `today`: the totals of the state, if they are known already.
 */
export function selectWhatIf(
  state: State,
  now: number,
  target: WhatIfTarget,
  wantedDistance: number,
  today = selectTotals(state, now),
): WhatIfView | null {
  const todayUsd = todaysPriceUsd(state)
  if (todayUsd === null) return null
  const priceUsd = target.kind === 'price' ? target.priceUsd : usd(todayUsd * (1 + target.fraction))
  if (!isPrice(priceUsd)) return null
  const moved = movedState(state, priceUsd, priceUsd / todayUsd)
  const order = liquidationOrder(state, todayUsd, priceUsd)
  const ranks = new Map(order.map((position, index) => [position, index + 1]))
  const after = stateWithout(moved, order)
  const movedRows = selectPositions(moved, now)
  const rows = movedRows.map(row => whatIfRow(row, { todayUsd, priceUsd, ranks, wantedDistance }))
  const lost = rows.filter(({ liquidatedAs }) => liquidatedAs !== null)
  return {
    todayUsd,
    priceUsd,
    move: priceUsd / todayUsd - 1,
    wantedDistance,
    rows: rows.toSorted(byOrder),
    totals: selectTotals(
      after,
      now,
      movedRows.filter(({ position }) => !ranks.has(position)),
    ),
    today,
    freeSats: after.account?.value.balanceSats ?? null,
    liquidatedPlSats: lost.reduce<Sats | null>(
      (sum, { plSats: pl }) => (sum === null || pl === null ? null : sats(sum + pl)),
      sats(0),
    ),
    ordersOnWay: ordersOnWay(state, todayUsd, priceUsd),
  }
}

/** Counts the orders whose price is between today's and the other one, on the side that they wait for. */
function ordersOnWay(state: State, todayUsd: Usd, priceUsd: Usd): number | null {
  const { isolatedOrders, crossOrders, parts } = state
  if (isolatedOrders === null || crossOrders === null) return null
  if (!isWhole(parts.isolatedOrders) || !isWhole(parts.crossOrders)) return null
  const orders = [...isolatedOrders.values(), ...crossOrders.values()].map(({ value }) => value)
  return orders.filter(({ side, priceUsd: limit, otherMarket }) => {
    if (otherMarket !== null || todayUsd === priceUsd) return false
    return side === 'long' ? priceUsd <= limit : priceUsd >= limit
  }).length
}

function isPrice(value: number): boolean {
  return value >= BOUNDS.leastPriceUsd && value <= BOUNDS.mostPriceUsd
}

/** The liquidated first, in their order; then the nearest to liquidation. */
function byOrder(a: WhatIfRow, b: WhatIfRow): number {
  const order = (a.liquidatedAs ?? Infinity) - (b.liquidatedAs ?? Infinity)
  if (order < 0 || order > 0) return order
  return (a.row.liquidationDistance ?? -1) - (b.row.liquidationDistance ?? -1)
}

/** The state with all prices multiplied by `factor`; the last price is exact. */
function movedState(state: State, priceUsd: Usd, factor: number): State {
  const { lastPrice, index, buckets } = state
  const scaled = (price: Usd | null): Usd | null => {
    const value = price === null ? null : price * factor
    return value === null || !isPrice(value) ? null : usd(value)
  }
  const indexUsd = scaled(index?.value ?? null)
  return {
    ...state,
    lastPrice: lastPrice === null ? null : { ...lastPrice, value: priceUsd },
    index: index === null || indexUsd === null ? null : { ...index, value: indexUsd },
    buckets:
      buckets === null
        ? null
        : {
            ...buckets,
            value: buckets.value.map(
              (bucket): Bucket => ({
                ...bucket,
                bidUsd: scaled(bucket.bidUsd),
                askUsd: scaled(bucket.askUsd),
              }),
            ),
          },
  }
}

/** The positions that are liquidated between two prices, the first first. */
function liquidationOrder(state: State, todayUsd: Usd, priceUsd: Usd): readonly Position[] {
  const levels = openPositions(state).flatMap(({ value: position }) => {
    const { side, liquidationPriceUsd: level, otherMarket } = position
    if (level === null || otherMarket !== null) return []
    const extreme = side === 'long' ? Math.min(todayUsd, priceUsd) : Math.max(todayUsd, priceUsd)
    // A position that is beyond its liquidation price today comes before all others.
    const way = isLiquidatedAt(side, todayUsd, level) ? -1 : Math.abs(todayUsd - level)
    return isLiquidatedAt(side, extreme, level) ? [{ position, way }] : []
  })
  return levels.toSorted((a, b) => a.way - b.way).map(({ position }) => position)
}

interface RowContext {
  readonly todayUsd: Usd
  readonly priceUsd: Usd
  /** Of the liquidated positions, from 1. */
  readonly ranks: ReadonlyMap<Position, number>
  readonly wantedDistance: number
}

function whatIfRow(row: PositionRow, context: RowContext): WhatIfRow {
  const { position, markPriceUsd } = row
  const liquidatedAs = context.ranks.get(position) ?? null
  const isLost = liquidatedAs !== null
  const pl = isLost ? lossAtLiquidation(position) : row.unrealizedPlSats
  return {
    row,
    plSats: pl,
    liquidatedAs,
    marginLeftSats: isLost ? sats(0) : marginLeft(position, pl),
    reachedLevel: reachedLevel(position, context),
    addedMargin: addedMargin(position, markPriceUsd, context.wantedDistance),
    unknownReason: unknownReason(position, markPriceUsd),
  }
}

/** What is left of the cover of losses: 0 at the liquidation price. */
function marginLeft({ mode, marginSats, maintenanceMarginSats }: Position, pl: Sats | null): Sats | null {
  const held = mode === 'cross' ? maintenanceMarginSats : sats(0)
  return pl === null || marginSats === null || held === null ? null : sats(marginSats - held + pl)
}

/** The stop that would have closed the position on the way, before its liquidation. */
function reachedLevel(position: Position, { todayUsd, priceUsd }: RowContext): WhatIfRow['reachedLevel'] {
  const { side, stopLossUsd, takeProfitUsd, liquidationPriceUsd, otherMarket } = position
  const isOnWay = (level: Usd | null): level is Usd =>
    level !== null && Math.min(todayUsd, priceUsd) <= level && level <= Math.max(todayUsd, priceUsd)
  if (otherMarket !== null || todayUsd === priceUsd) return null
  const isLosing = side === 'long' ? priceUsd < todayUsd : priceUsd > todayUsd
  if (!isLosing) return isOnWay(takeProfitUsd) ? 'take-profit' : null
  if (!isOnWay(stopLossUsd)) return null
  return isLiquidatedAt(side, stopLossUsd, liquidationPriceUsd) ? null : 'stop-loss'
}

function unknownReason(position: Position, markUsd: Usd | null): string | null {
  if (position.otherMarket !== null) return 'it is of another market'
  if (markUsd === null) return 'there is no closing price'
  if (position.entryPriceUsd === null) return 'its entry price is not known'
  return position.liquidationPriceUsd === null ? 'the exchange reports no liquidation price' : null
}
