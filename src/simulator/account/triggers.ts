import type { Trade } from '../exchange-books.ts'
import type { QuoteSide } from '../formulas.ts'
import { closingUsd, type ExchangeState, executionUsd } from '../state.ts'
import { fillCrossOrder, liquidateCross } from './cross.ts'
import { crossFigures } from './cross-figures.ts'
import { closeTrade, fillTrade, type TradeEnd } from './isolated.ts'

/** True when a price has fallen to a level below (for a long) or risen to one above (for a short). */
function hasLost(side: QuoteSide, markUsd: number, levelUsd: number): boolean {
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
function isReached(state: ExchangeState, side: QuoteSide, quantityUsd: number, limitUsd: number): boolean {
  return hasLost(side, executionUsd(state, side, quantityUsd), limitUsd)
}

/** Does what the present prices demand: fills, stop-losses, take-profits and liquidations, all at size bucket prices. */
export function applyPrices(state: ExchangeState, at: number): void {
  for (const trade of state.books.trades.values()) {
    if (trade.state === 'open') {
      if (isReached(state, trade.side, trade.quantityUsd, trade.priceUsd)) fillTrade(state, at, trade)
    } else {
      const markUsd = closingUsd(state, trade.side, trade.quantityUsd)
      const why = endOf(trade, markUsd)
      if (why !== null) closeTrade(state, at, trade, markUsd, why)
    }
  }
  for (const order of state.books.crossOpen.values()) {
    if (isReached(state, order.side, order.quantityUsd, order.priceUsd)) fillCrossOrder(state, at, order)
  }
  const { quantityUsd } = state.books.cross
  if (quantityUsd === 0) return
  const side = quantityUsd > 0 ? 'buy' : 'sell'
  const { liquidation } = crossFigures(state)
  if (liquidation !== null && hasLost(side, closingUsd(state, side, Math.abs(quantityUsd)), liquidation)) {
    liquidateCross(state, at)
  }
}
