import { addRow, type Trade } from '../exchange-books.ts'
import {
  type BookSide,
  feeSats,
  isolatedLiquidationUsd,
  isolatedReserveSats,
  leverageOf,
  marginSats,
  openingLiquidationUsd,
  profitSats,
} from '../formulas.ts'
import type { Desk } from '../state.ts'
import { unrealizedSats } from '../state.ts'
import { tradeEnded, tradeOpened } from './isolated-events.ts'

/** An order for an isolated trade. */
export interface TradeWish {
  readonly side: BookSide
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

function newTrade(desk: Desk, at: number, wish: TradeWish): Trade {
  const { side, quantityUsd, leverage, priceUsd } = wish
  const margin = marginSats(quantityUsd, priceUsd, leverage)
  return {
    id: desk.ids.uuid(),
    type: wish.type,
    side,
    quantityUsd,
    priceUsd,
    createdAt: at,
    clientId: wish.clientId ?? null,
    kept: wish.kept ?? false,
    state: 'open',
    marginSats: margin,
    leverage,
    entryUsd: priceUsd,
    entryMarginSats: margin,
    exitUsd: null,
    liquidationUsd: openingLiquidationUsd(side, quantityUsd, priceUsd, leverage),
    stopLossUsd: wish.stopLossUsd ?? 0,
    takeProfitUsd: wish.takeProfitUsd ?? 0,
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
export function openTrade(desk: Desk, at: number, wish: TradeWish): Trade | null {
  const trade = newTrade(desk, at, wish)
  const lockedSats = trade.marginSats + trade.maintenanceSats
  if (lockedSats > desk.books.balanceSats) return null
  desk.books.balanceSats -= lockedSats
  desk.books.trades.set(trade.id, trade)
  if (wish.type === 'market') fillTrade(desk, at, trade)
  else tradeOpened(desk, 'open', trade)
  return trade
}

/** The order executes at its price; the opening fee comes out of the reserve. */
export function fillTrade(desk: Desk, at: number, trade: Trade): void {
  trade.state = 'running'
  trade.filledAt = at
  trade.openingFeeSats = feeSats(trade.quantityUsd, trade.entryUsd, desk.books.feeTier)
  tradeOpened(desk, 'filled', trade)
}

/** Takes an order back; all that was locked returns. */
export function cancelTrade(desk: Desk, at: number, trade: Trade): void {
  trade.state = 'canceled'
  trade.closedAt = at
  desk.books.trades.delete(trade.id)
  desk.books.balanceSats += trade.marginSats + trade.maintenanceSats
  addRow(desk.books.canceled, trade)
  tradeEnded(desk, 'canceled', trade)
}

/**
 * Ends a running trade at `exitUsd`. The loss is never more than the margin; the closing fee is never more than what is left.
 * A liquidation takes the whole margin, wherever the price has fallen to.
 */
export function closeTrade(desk: Desk, at: number, trade: Trade, exitUsd: number, why: TradeEnd): void {
  const profit = profitSats(trade.side, trade.quantityUsd, trade.entryUsd, exitUsd)
  trade.plSats = why === 'liquidation' ? -trade.marginSats : Math.max(profit, -trade.marginSats)
  const leftSats = trade.marginSats + trade.plSats + trade.maintenanceSats - trade.openingFeeSats
  trade.closingFeeSats = Math.min(leftSats, feeSats(trade.quantityUsd, exitUsd, desk.books.feeTier))
  trade.exitUsd = exitUsd
  trade.state = 'closed'
  trade.closedAt = at
  desk.books.trades.delete(trade.id)
  desk.books.balanceSats += leftSats - trade.closingFeeSats
  addRow(desk.books.closed, trade)
  tradeEnded(desk, why, trade)
}

/** Leverage and liquidation price follow the margin. */
export function marginChanged(trade: Trade, margin: number): void {
  trade.marginSats = margin
  trade.leverage = leverageOf(trade.quantityUsd, trade.entryUsd, margin)
  trade.liquidationUsd = isolatedLiquidationUsd(trade.side, trade.quantityUsd, trade.entryUsd, margin)
}

/** Moves sats from the balance into the margin; the stream has no event for it. False when they are not there. */
export function addMargin(desk: Desk, trade: Trade, amountSats: number): boolean {
  if (amountSats > desk.books.balanceSats) return false
  desk.books.balanceSats -= amountSats
  marginChanged(trade, trade.marginSats + amountSats)
  return true
}

/**
 * Takes sats out of a running trade: first of its profit, which moves the entry price, then of its margin (7.7). The stream
 * has no event for it. False when there is not so much to take.
 */
export function cashIn(desk: Desk, trade: Trade, amountSats: number): boolean {
  const fromProfit = Math.min(amountSats, Math.max(0, unrealizedSats(desk, trade)))
  const fromMargin = amountSats - fromProfit
  if (fromMargin >= trade.marginSats) return false
  const sign = trade.side === 'buy' ? 1 : -1
  trade.entryUsd = 1 / (1 / trade.entryUsd - (sign * fromProfit) / 100_000_000 / trade.quantityUsd)
  trade.cashInPlSats += fromProfit
  trade.cashInMarginSats += fromMargin
  desk.books.balanceSats += amountSats
  marginChanged(trade, trade.marginSats - fromMargin)
  return true
}
