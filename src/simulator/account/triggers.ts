import type { Trade } from '../exchange-books.ts'
import type { BookSide } from '../formulas.ts'
import { closingUsd, type Desk, executionUsd } from '../state.ts'
import { fillCrossOrder, liquidateCross } from './cross.ts'
import { crossFigures } from './cross-figures.ts'
import { closeTrade, fillTrade, type TradeEnd } from './isolated.ts'

/** True when a price has fallen to a level below (for a long) or risen to one above (for a short). */
function hasLost(side: BookSide, markUsd: number, levelUsd: number): boolean {
  return side === 'buy' ? markUsd <= levelUsd : markUsd >= levelUsd
}

function endOf(trade: Trade, markUsd: number): TradeEnd | null {
  if (hasLost(trade.side, markUsd, trade.liquidationUsd)) return 'liquidation'
  if (trade.stopLossUsd > 0 && hasLost(trade.side, markUsd, trade.stopLossUsd)) return 'stoploss'
  const opposite = trade.side === 'buy' ? 'sell' : 'buy'
  if (trade.takeProfitUsd > 0 && hasLost(opposite, markUsd, trade.takeProfitUsd)) return 'takeprofit'
  return null
}

/** Whether a limit order executes at the market's present price. */
function isReached(desk: Desk, side: BookSide, quantityUsd: number, limitUsd: number): boolean {
  return hasLost(side, executionUsd(desk, side, quantityUsd), limitUsd)
}

/** Does what the present prices demand: fills, stop-losses, take-profits and liquidations, all at size bucket prices. */
export function applyPrices(desk: Desk, at: number): void {
  for (const trade of desk.books.trades.values()) {
    if (trade.state === 'open') {
      if (isReached(desk, trade.side, trade.quantityUsd, trade.priceUsd)) fillTrade(desk, at, trade)
    } else {
      const markUsd = closingUsd(desk, trade.side, trade.quantityUsd)
      const why = endOf(trade, markUsd)
      if (why !== null) closeTrade(desk, at, trade, markUsd, why)
    }
  }
  for (const order of desk.books.crossOpen.values()) {
    if (isReached(desk, order.side, order.quantityUsd, order.priceUsd)) fillCrossOrder(desk, at, order)
  }
  const { quantityUsd } = desk.books.cross
  if (quantityUsd === 0) return
  const side = quantityUsd > 0 ? 'buy' : 'sell'
  const { liquidation } = crossFigures(desk)
  if (liquidation !== null && hasLost(side, closingUsd(desk, side, Math.abs(quantityUsd)), liquidation)) {
    liquidateCross(desk, at)
  }
}
