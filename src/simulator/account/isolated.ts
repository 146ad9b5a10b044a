import { addRow, type Trade } from '../exchange-books.ts'
import {
  feeSats,
  isolatedLiquidationUsd,
  isolatedReserveSats,
  leverageOf,
  marginSats,
  openingLiquidationUsd,
  profitSats,
  type QuoteSide,
} from '../formulas.ts'
import type { ExchangeState } from '../state.ts'
import { unrealizedSats } from '../state.ts'
import { tradeEnded, tradeOpened } from './isolated-events.ts'

/** An order for an isolated trade. */
export interface TradeRequest {
  readonly side: QuoteSide
  readonly quantityUsd: number
  readonly leverage: number
  /** Market: where it executes. Limit: the limit. */
  readonly priceUsd: number
  readonly type: 'limit' | 'market'
  readonly stopLossUsd?: number
  readonly takeProfitUsd?: number
  readonly clientId?: string
  readonly kept?: boolean
}

/** How a running trade ends. */
export type TradeEnd = 'closed' | 'stoploss' | 'takeprofit' | 'liquidation'

function newTrade(state: ExchangeState, at: number, request: TradeRequest): Trade {
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
    kept: request.kept ?? false,
    state: 'open',
    marginSats: margin,
    leverage,
    entryUsd: priceUsd,
    entryMarginSats: margin,
    exitUsd: null,
    liquidationUsd: openingLiquidationUsd(side, quantityUsd, priceUsd, leverage),
    stopLossUsd: request.stopLossUsd ?? 0,
    takeProfitUsd: request.takeProfitUsd ?? 0,
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

/** Places an order; a market order runs at once. Null when the balance does not cover margin and fee reserve. */
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

/** The order executes at its price; the opening fee comes out of the reserve. */
export function fillTrade(state: ExchangeState, at: number, trade: Trade): void {
  trade.state = 'running'
  trade.filledAt = at
  trade.openingFeeSats = feeSats(trade.quantityUsd, trade.entryUsd, state.books.feeTier)
  tradeOpened(state, 'filled', trade)
}

/** Takes an order back; all that was locked returns. */
export function cancelTrade(state: ExchangeState, at: number, trade: Trade): void {
  trade.state = 'canceled'
  trade.closedAt = at
  state.books.trades.delete(trade.id)
  state.books.balanceSats += trade.marginSats + trade.maintenanceSats
  addRow(state.books.canceled, trade)
  tradeEnded(state, 'canceled', trade)
}

/**
 * Ends a running trade at `exitUsd`. The loss is never more than the margin; the closing fee is never more than what is left.
 * A liquidation takes the whole margin, wherever the price has fallen to.
 */
export function closeTrade(
  state: ExchangeState,
  at: number,
  trade: Trade,
  exitUsd: number,
  why: TradeEnd,
): void {
  const profit = profitSats(trade.side, trade.quantityUsd, trade.entryUsd, exitUsd)
  trade.plSats = why === 'liquidation' ? -trade.marginSats : Math.max(profit, -trade.marginSats)
  const leftSats = trade.marginSats + trade.plSats + trade.maintenanceSats - trade.openingFeeSats
  trade.closingFeeSats = Math.min(leftSats, feeSats(trade.quantityUsd, exitUsd, state.books.feeTier))
  trade.exitUsd = exitUsd
  trade.state = 'closed'
  trade.closedAt = at
  state.books.trades.delete(trade.id)
  state.books.balanceSats += leftSats - trade.closingFeeSats
  addRow(state.books.closed, trade)
  tradeEnded(state, why, trade)
}

/** Leverage and liquidation price follow the margin. */
export function marginChanged(trade: Trade, margin: number): void {
  trade.marginSats = margin
  trade.leverage = leverageOf(trade.quantityUsd, trade.entryUsd, margin)
  trade.liquidationUsd = isolatedLiquidationUsd(trade.side, trade.quantityUsd, trade.entryUsd, margin)
}

/** Moves sats from the balance into the margin; the stream has no event for it. False when they are not there. */
export function addMargin(state: ExchangeState, trade: Trade, amountSats: number): boolean {
  if (amountSats > state.books.balanceSats) return false
  state.books.balanceSats -= amountSats
  marginChanged(trade, trade.marginSats + amountSats)
  return true
}

/**
 * Takes sats out of a running trade: first of its profit, which moves the entry price, then of its margin (7.7). The stream
 * has no event for it. False when there is not so much to take.
 */
export function cashIn(state: ExchangeState, trade: Trade, amountSats: number): boolean {
  const fromProfit = Math.min(amountSats, Math.max(0, unrealizedSats(state, trade)))
  const fromMargin = amountSats - fromProfit
  if (fromMargin >= trade.marginSats) return false
  const sign = trade.side === 'buy' ? 1 : -1
  trade.entryUsd = 1 / (1 / trade.entryUsd - (sign * fromProfit) / 100_000_000 / trade.quantityUsd)
  trade.cashInPlSats += fromProfit
  trade.cashInMarginSats += fromMargin
  state.books.balanceSats += amountSats
  marginChanged(trade, trade.marginSats - fromMargin)
  return true
}
