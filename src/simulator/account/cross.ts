import { addRow, type CrossOrder } from '../exchange-books.ts'
import {
  addedEntryUsd,
  carriedEntryUsd,
  crossMaintenanceSats,
  feeSats,
  profitSats,
  type QuoteSide,
  runningMarginSats,
  signOf,
} from '../formulas.ts'
import { closingUsd, type ExchangeState, executionUsd } from '../state.ts'
import { orderChanged, positionChanged } from './cross-events.ts'
import { crossHolding, orderMarginSats } from './cross-figures.ts'

function newOrder(
  state: ExchangeState,
  at: number,
  type: CrossOrder['type'],
  side: QuoteSide,
  quantityUsd: number,
  priceUsd: number,
): CrossOrder {
  const id = state.ids.uuid()
  const times = { createdAt: at, filledAt: null, canceledAt: null }
  return { id, type, side, quantityUsd, priceUsd, feeSats: 0, ...times, clientId: null }
}

/** Adds realized profit or loss to the margin. What the margin cannot cover is not the trader's to pay. */
function realize(state: ExchangeState, profit: number): void {
  const { cross } = state.books
  const booked = Math.max(profit, -cross.marginSats)
  cross.marginSats += booked
  cross.totalPlSats += booked
}

/** Closes part of the position: a profit goes into the margin, a loss is carried by what remains (7.4). */
function reduce(state: ExchangeState, closedUsd: number, priceUsd: number): void {
  const { cross } = state.books
  const held = crossHolding(cross)
  if (held === null) return
  const { side, quantityUsd, entryUsd } = held
  const profit = profitSats(side, closedUsd, entryUsd, priceUsd)
  const carried =
    profit < 0 && closedUsd < quantityUsd
      ? carriedEntryUsd(side, quantityUsd, entryUsd, closedUsd, priceUsd)
      : null
  if (carried === null) realize(state, profit)
  cross.quantityUsd -= signOf(side) * closedUsd
  cross.entryUsd = cross.quantityUsd === 0 ? null : (carried ?? entryUsd)
}

function increase(state: ExchangeState, side: QuoteSide, quantityUsd: number, priceUsd: number): void {
  const { cross } = state.books
  const heldUsd = Math.abs(cross.quantityUsd)
  cross.entryUsd =
    cross.entryUsd === null ? priceUsd : addedEntryUsd(heldUsd, cross.entryUsd, quantityUsd, priceUsd)
  cross.quantityUsd += signOf(side) * quantityUsd
}

/** Applies a fill; an order larger than an opposite position turns it round. */
function applyFill(state: ExchangeState, at: number, order: CrossOrder, priceUsd: number): void {
  const { cross } = state.books
  const opposite = cross.quantityUsd !== 0 && signOf(order.side) !== Math.sign(cross.quantityUsd)
  const closing = opposite ? Math.min(order.quantityUsd, Math.abs(cross.quantityUsd)) : 0
  if (closing > 0) reduce(state, closing, priceUsd)
  if (order.quantityUsd > closing) increase(state, order.side, order.quantityUsd - closing, priceUsd)
  order.priceUsd = priceUsd
  order.filledAt = at
  order.feeSats = Math.min(cross.marginSats, feeSats(order.quantityUsd, priceUsd, state.books.feeTier))
  cross.marginSats -= order.feeSats
  cross.tradingFeeSats += order.feeSats
  cross.updatedAt = at
  addRow(state.books.crossFilled, order)
}

/** Whether the margin would still carry the position with so much more of a side. */
function affordable(state: ExchangeState, side: QuoteSide, quantityUsd: number, priceUsd: number): boolean {
  const { cross } = state.books
  const afterUsd = Math.abs(cross.quantityUsd + signOf(side) * quantityUsd)
  if (afterUsd === 0) return true
  const used = runningMarginSats(afterUsd, priceUsd, cross.leverage) + orderMarginSats(state)
  return used < cross.marginSats - crossMaintenanceSats(afterUsd, priceUsd)
}

/** Executes at the size bucket's price, or at `priceUsd` where the past is written. Null when the margin is too small. */
export function crossMarketOrder(
  state: ExchangeState,
  at: number,
  side: QuoteSide,
  quantityUsd: number,
  priceUsd: number = executionUsd(state, side, quantityUsd),
): CrossOrder | null {
  if (!affordable(state, side, quantityUsd, priceUsd)) return null
  const order = newOrder(state, at, 'market', side, quantityUsd, priceUsd)
  applyFill(state, at, order, priceUsd)
  orderChanged(state, 'new', order)
  positionChanged(state, 'new')
  return order
}

/** Places a limit order. Null when the margin is too small. */
export function crossLimitOrder(
  state: ExchangeState,
  at: number,
  side: QuoteSide,
  quantityUsd: number,
  priceUsd: number,
): CrossOrder | null {
  if (!affordable(state, side, quantityUsd, priceUsd)) return null
  const order = newOrder(state, at, 'limit', side, quantityUsd, priceUsd)
  state.books.crossOpen.set(order.id, order)
  state.books.cross.updatedAt = at
  orderChanged(state, 'new', order)
  positionChanged(state, 'new')
  return order
}

/** A waiting limit order executes, at its limit. */
export function fillCrossOrder(state: ExchangeState, at: number, order: CrossOrder): void {
  state.books.crossOpen.delete(order.id)
  applyFill(state, at, order, order.priceUsd)
  orderChanged(state, 'limit', order)
  positionChanged(state, 'limit')
}

/** Takes a waiting order back; cross orders lock nothing, so no money moves. */
export function cancelCrossOrder(state: ExchangeState, at: number, order: CrossOrder): void {
  state.books.crossOpen.delete(order.id)
  order.canceledAt = at
  state.books.cross.updatedAt = at
  orderChanged(state, 'canceled', order)
  positionChanged(state, 'cancel')
}

/** Closes the whole position by force, at the size bucket's price, at the ordinary fee. */
export function liquidateCross(state: ExchangeState, at: number): boolean {
  const held = crossHolding(state.books.cross)
  if (held === null) return false
  for (const order of [...state.books.crossOpen.values()]) cancelCrossOrder(state, at, order)
  const side = held.side === 'buy' ? 'sell' : 'buy'
  const priceUsd = closingUsd(state, held.side, held.quantityUsd)
  const order = newOrder(state, at, 'liquidation', side, held.quantityUsd, priceUsd)
  applyFill(state, at, order, priceUsd)
  orderChanged(state, 'new', order)
  positionChanged(state, 'liquidation')
  return true
}

/** Changes what the position uses of the margin; the liquidation price stays (7.4). */
export function setCrossLeverage(state: ExchangeState, at: number, leverage: number): void {
  state.books.cross.leverage = leverage
  state.books.cross.updatedAt = at
  positionChanged(state, 'leverage')
}

/**
 * Moves sats between the balance (positive: out of it) and the cross margin account. False when they are not there, or are
 * needed by the position.
 */
export function transferToCross(state: ExchangeState, at: number, amountSats: number): boolean {
  const { books } = state
  const held = crossHolding(books.cross)
  const neededSats =
    held === null
      ? 0
      : runningMarginSats(held.quantityUsd, held.entryUsd, books.cross.leverage) +
        crossMaintenanceSats(held.quantityUsd, held.entryUsd)
  if (amountSats > books.balanceSats) return false
  if (amountSats < 0 && books.cross.marginSats + amountSats <= neededSats + orderMarginSats(state))
    return false
  books.balanceSats -= amountSats
  books.cross.marginSats += amountSats
  books.cross.updatedAt = at
  addRow(books.transfers, { id: state.ids.uuid(), amountSats, time: at })
  positionChanged(state, amountSats > 0 ? 'deposit' : 'withdraw')
  return true
}
