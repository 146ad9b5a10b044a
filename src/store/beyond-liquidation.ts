import { isLiquidatedAt } from '../domain/liquidation.ts'
import type { OrderRow, PositionRow } from './view.ts'

/**
 * Returns true for an order that enlarges a position and would fill only after its liquidation: at or below the liquidation price of a
 * long, at or above that of a short.
 */
export function isBeyondLiquidation({ order }: OrderRow, positions: readonly PositionRow[]): boolean {
  if (order.otherMarket !== null) return false
  return positions.some(({ position }) => {
    const { side, liquidationPriceUsd, otherMarket } = position
    if (side !== order.side || otherMarket !== null) return false
    return isLiquidatedAt(side, order.priceUsd, liquidationPriceUsd)
  })
}
