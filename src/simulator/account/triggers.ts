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

function endOf(trade: Trade, lastUsd: number): TradeEnd | null {
  if (hasReached(trade.side, lastUsd, trade.liquidationUsd)) return 'liquidation'
  if (trade.stopLossUsd > 0 && hasReached(trade.side, lastUsd, trade.stopLossUsd)) return 'stoploss'
  const opposite = trade.side === 'buy' ? 'sell' : 'buy'
  if (trade.takeProfitUsd > 0 && hasReached(opposite, lastUsd, trade.takeProfitUsd)) return 'takeprofit'
  return null
}

/** Moves the stop-loss of a trade with a trailing one along with a price that moved in its favor. */
export function trailStop(trade: Trade, lastUsd: number): void {
  trade.stopLossUsd = trailedStopUsd(trade.side, trade.stopLossUsd, lastUsd, trade.trailingDistance)
}

/** True if a limit order executes at the current market price. */
function isExecutable(state: ExchangeState, side: QuoteSide, quantityUsd: number, limitUsd: number): boolean {
  return hasReached(side, executionUsd(state, side, quantityUsd), limitUsd)
}

/**
 * Executes the fills, stop-losses, take-profits and liquidations that are due. The last price triggers an end; it executes at the price
 * of the size bucket (7.7). Limit orders fill as soon as that price reaches their limit.
 */
export function applyPrices(state: ExchangeState, at: number): void {
  const lastUsd = state.market.lastUsd()
  for (const trade of state.books.trades.values()) {
    if (trade.state === 'open') {
      if (isExecutable(state, trade.side, trade.quantityUsd, trade.priceUsd)) fillTrade(state, at, trade)
    } else {
      if (trade.trailingDistance > 0) trailStop(trade, lastUsd)
      const reason = endOf(trade, lastUsd)
      const exitUsd = closingUsd(state, trade.side, trade.quantityUsd)
      if (reason !== null) closeTrade(state, at, trade, exitUsd, reason)
    }
  }
  for (const order of state.books.crossOpen.values()) {
    if (isExecutable(state, order.side, order.quantityUsd, order.priceUsd)) fillCrossOrder(state, at, order)
  }
  const { quantityUsd } = state.books.cross
  if (quantityUsd === 0) return
  const side = quantityUsd > 0 ? 'buy' : 'sell'
  const { liquidation } = crossFigures(state)
  if (liquidation !== null && hasReached(side, lastUsd, liquidation)) liquidateCross(state, at)
}
