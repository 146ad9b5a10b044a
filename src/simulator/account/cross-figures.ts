import type { CrossPosition } from '../exchange-books.ts'
import {
  crossLiquidationUsd,
  crossMaintenanceSats,
  profitSats,
  type QuoteSide,
  runningMarginSats,
} from '../formulas.ts'
import { closingUsd, type ExchangeState } from '../state.ts'

/** Returns side, unsigned quantity and entry price of the cross position, or null if it is flat. */
export function crossHolding(
  cross: CrossPosition,
): { side: QuoteSide; quantityUsd: number; entryUsd: number } | null {
  if (cross.quantityUsd === 0 || cross.entryUsd === null) return null
  const side = cross.quantityUsd > 0 ? 'buy' : 'sell'
  return { side, quantityUsd: Math.abs(cross.quantityUsd), entryUsd: cross.entryUsd }
}

/** Margin in sats reserved for the open cross orders. */
export function orderMarginSats(state: ExchangeState): number {
  let sum = 0
  for (const order of state.books.crossOpen.values()) {
    sum += runningMarginSats(order.quantityUsd, order.priceUsd, state.books.cross.leverage)
  }
  return sum
}

/** Current unrealized P&L of the cross position. */
function crossUnrealizedSats(state: ExchangeState): number {
  const held = crossHolding(state.books.cross)
  if (held === null) return 0
  const { side, quantityUsd, entryUsd } = held
  return profitSats(side, quantityUsd, entryUsd, closingUsd(state, side, quantityUsd))
}

/** The cross position with the exchange's field names, shared by REST and the stream. */
export function crossFigures(state: ExchangeState) {
  const { cross } = state.books
  const held = crossHolding(cross)
  return {
    quantity: cross.quantityUsd,
    leverage: cross.leverage,
    margin: cross.marginSats,
    entryPrice: cross.entryUsd,
    liquidation:
      held === null
        ? null
        : crossLiquidationUsd(held.side, held.quantityUsd, held.entryUsd, cross.marginSats),
    totalPl: cross.totalPlSats,
    fundingFees: cross.fundingFeeSats,
    tradingFees: cross.tradingFeeSats,
    initialMargin: orderMarginSats(state),
    maintenanceMargin: held === null ? 0 : crossMaintenanceSats(held.quantityUsd, held.entryUsd),
    runningMargin: held === null ? 0 : runningMarginSats(held.quantityUsd, held.entryUsd, cross.leverage),
    // Profit is moved into the margin only at a close, so all unrealized P&L is newer than the last move.
    deltaPl: crossUnrealizedSats(state),
  }
}
