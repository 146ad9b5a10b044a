import { addRow, type Trade } from '../exchange-books.ts'
import {
  cashedInUsd,
  isolatedLiquidationUsd,
  isolatedReserveSats,
  leverageOf,
  marginSats,
  openingLiquidationUsd,
  profitSats,
  type QuoteSide,
  tradingFeeSats,
} from '../formulas.ts'
import type { ExchangeState } from '../state.ts'
import { unrealizedSats } from '../state.ts'
import { tradeEnded, tradeOpened } from './isolated-events.ts'

/** An order for an isolated trade. */
export interface TradeRequest {
  readonly side: QuoteSide
  readonly quantityUsd: number
  readonly leverage: number
  /** Execution price of a market order, or the limit. */
  readonly priceUsd: number
  readonly type: 'limit' | 'market'
  readonly stopLossUsd?: number
  readonly takeProfitUsd?: number
  readonly clientId?: string
  readonly pinned?: boolean
}

/** The reason why a running trade ended. */
export type TradeEnd = 'closed' | 'stoploss' | 'takeprofit' | 'liquidation'

/** Makes an order that is not in the ledger. */
export function newTrade(state: ExchangeState, at: number, request: TradeRequest): Trade {
  const { side, quantityUsd, leverage, priceUsd } = request
  const margin = marginSats(quantityUsd, priceUsd, leverage)
  return {
    id: state.ids.uuid(),
    type: request.type,
    side,
    quantityUsd,
    priceUsd,
    createdAt: at,
    clientId: request.clientId ?? null,
    pinned: request.pinned ?? false,
    state: 'open',
    marginSats: margin,
    leverage,
    entryUsd: priceUsd,
    basisUsd: priceUsd,
    entryMarginSats: margin,
    exitUsd: null,
    liquidationUsd: openingLiquidationUsd(side, quantityUsd, priceUsd, leverage),
    stopLossUsd: request.stopLossUsd ?? 0,
    takeProfitUsd: request.takeProfitUsd ?? 0,
    trailingDistance: 0,
    isStopHidden: false,
    plSats: 0,
    openingFeeSats: 0,
    closingFeeSats: 0,
    maintenanceSats: isolatedReserveSats(side, quantityUsd, priceUsd, leverage),
    fundingSats: 0,
    cashInPlSats: 0,
    cashInMarginSats: 0,
    filledAt: null,
    closedAt: null,
  }
}

/** Places an order; a market order fills immediately. Null if the balance does not cover margin and fee reserve. */
export function openTrade(state: ExchangeState, at: number, request: TradeRequest): Trade | null {
  const trade = newTrade(state, at, request)
  const lockedSats = trade.marginSats + trade.maintenanceSats
  if (lockedSats > state.books.balanceSats) return null
  state.books.balanceSats -= lockedSats
  state.books.trades.set(trade.id, trade)
  if (request.type === 'market') fillTrade(state, at, trade)
  else tradeOpened(state, 'open', trade)
  return trade
}

/** Fills an order at its price. The opening fee is paid from the reserve. */
export function fillTrade(state: ExchangeState, at: number, trade: Trade): void {
  trade.state = 'running'
  trade.filledAt = at
  trade.openingFeeSats = tradingFeeSats(trade.quantityUsd, trade.entryUsd, state.books.feeTier)
  tradeOpened(state, 'filled', trade)
}

/** Cancels an order and returns all locked funds to the balance. */
export function cancelTrade(state: ExchangeState, at: number, trade: Trade): void {
  trade.state = 'canceled'
  trade.closedAt = at
  state.books.trades.delete(trade.id)
  state.books.balanceSats += trade.marginSats + trade.maintenanceSats
  addRow(state.books.canceled, trade)
  tradeEnded(state, 'canceled', trade)
}

/**
 * Ends a running trade at `exitUsd`. The loss is limited to the margin, and the closing fee to the remaining funds.
 * A liquidation takes the whole margin at any price.
 */
export function closeTrade(
  state: ExchangeState,
  at: number,
  trade: Trade,
  exitUsd: number,
  reason: TradeEnd,
): void {
  const profit = profitSats(trade.side, trade.quantityUsd, trade.basisUsd, exitUsd)
  trade.plSats = reason === 'liquidation' ? -trade.marginSats : Math.max(profit, -trade.marginSats)
  const remainingSats = trade.marginSats + trade.plSats + trade.maintenanceSats - trade.openingFeeSats
  trade.closingFeeSats = Math.min(
    remainingSats,
    tradingFeeSats(trade.quantityUsd, exitUsd, state.books.feeTier),
  )
  trade.exitUsd = exitUsd
  trade.state = 'closed'
  trade.closedAt = at
  state.books.trades.delete(trade.id)
  state.books.balanceSats += remainingSats - trade.closingFeeSats
  addRow(state.books.closed, trade)
  tradeEnded(state, reason, trade)
}

/** Sets the margin and updates leverage and liquidation price. */
export function marginChanged(trade: Trade, margin: number): void {
  trade.marginSats = margin
  trade.leverage = leverageOf(trade.quantityUsd, trade.basisUsd, margin)
  trade.liquidationUsd = isolatedLiquidationUsd(trade.side, trade.quantityUsd, trade.basisUsd, margin)
}

/** Moves sats from the balance into the margin. The stream has no event for it. False if the balance is too small. */
export function addMargin(state: ExchangeState, trade: Trade, amountSats: number): boolean {
  if (amountSats > state.books.balanceSats) return false
  state.books.balanceSats -= amountSats
  marginChanged(trade, trade.marginSats + amountSats)
  return true
}

/**
 * Takes sats out of a running trade, first from its profit, which moves the price that P&L counts from, then from its margin (7.7).
 * LN Markets moves `price`, and `entryPrice` and `entryMargin` stay those of the fill; `moves` selects the other way. The stream has no
 * event for it. Returns false if the trade does not hold that much.
 */
export function cashIn(
  state: ExchangeState,
  trade: Trade,
  amountSats: number,
  moves: 'price' | 'entryPrice' = 'price',
): boolean {
  const fromProfit = Math.min(amountSats, Math.max(0, unrealizedSats(state, trade)))
  const fromMargin = amountSats - fromProfit
  if (fromMargin >= trade.marginSats) return false
  trade.basisUsd = cashedInUsd(trade.side, trade.quantityUsd, trade.basisUsd, fromProfit)
  if (moves === 'price') trade.priceUsd = trade.basisUsd
  else trade.entryUsd = trade.basisUsd
  trade.cashInPlSats += fromProfit
  trade.cashInMarginSats += fromMargin
  state.books.balanceSats += amountSats
  marginChanged(trade, trade.marginSats - fromMargin)
  return true
}
