import type { Trade } from '../exchange-books.ts'
import { type QuoteSide, trailedStopUsd } from '../formulas.ts'
import { closingUsd, type ExchangeState, executionUsd } from '../state.ts'
import { fillCrossOrder, liquidateCross } from './cross.ts'
import { crossFigures } from './cross-figures.ts'
import { closeTrade, fillTrade, type TradeEnd } from './isolated.ts'

/** True if the price is at or beyond the level on the losing side: at or below for a buy, at or above for a sell. */
function hasReached(side: QuoteSide, markUsd: number, levelUsd: number): boolean {
  return side === 'buy' ? markUsd <= levelUsd : markUsd >= levelUsd
}

function endOf(trade: Trade, markUsd: number): TradeEnd | null {
  if (hasReached(trade.side, markUsd, trade.liquidationUsd)) return 'liquidation'
  if (trade.stopLossUsd > 0 && hasReached(trade.side, markUsd, trade.stopLossUsd)) return 'stoploss'
  const opposite = trade.side === 'buy' ? 'sell' : 'buy'
  if (trade.takeProfitUsd > 0 && hasReached(opposite, markUsd, trade.takeProfitUsd)) return 'takeprofit'
  return null
}

/** Moves the stop-loss of a trade with a trailing one along with a price that moved in its favor. */
export function trailStop(trade: Trade, markUsd: number): void {
  trade.stopLossUsd = trailedStopUsd(trade.side, trade.stopLossUsd, markUsd, trade.trailingDistance)
}

/** True if a limit order executes at the current market price. */
function isExecutable(state: ExchangeState, side: QuoteSide, quantityUsd: number, limitUsd: number): boolean {
  return hasReached(side, executionUsd(state, side, quantityUsd), limitUsd)
}

/** Executes the fills, stop-losses, take-profits and liquidations due at the current size bucket prices. */
export function applyPrices(state: ExchangeState, at: number): void {
  for (const trade of state.books.trades.values()) {
    if (trade.state === 'open') {
      if (isExecutable(state, trade.side, trade.quantityUsd, trade.priceUsd)) fillTrade(state, at, trade)
    } else {
      const markUsd = closingUsd(state, trade.side, trade.quantityUsd)
      if (trade.trailingDistance > 0) trailStop(trade, markUsd)
      const reason = endOf(trade, markUsd)
      if (reason !== null) closeTrade(state, at, trade, markUsd, reason)
    }
  }
  for (const order of state.books.crossOpen.values()) {
    if (isExecutable(state, order.side, order.quantityUsd, order.priceUsd)) fillCrossOrder(state, at, order)
  }
  const { quantityUsd } = state.books.cross
  if (quantityUsd === 0) return
  const side = quantityUsd > 0 ? 'buy' : 'sell'
  const { liquidation } = crossFigures(state)
  if (liquidation !== null && hasReached(side, closingUsd(state, side, Math.abs(quantityUsd)), liquidation)) {
    liquidateCross(state, at)
  }
}
