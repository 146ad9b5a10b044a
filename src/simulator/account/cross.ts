import { addRow, type CrossOrder } from '../exchange-books.ts'
import {
  addedEntryUsd,
  carriedEntryUsd,
  crossMaintenanceSats,
  profitSats,
  type QuoteSide,
  runningMarginSats,
  signOf,
  tradingFeeSats,
} from '../formulas.ts'
import { closingUsd, type ExchangeState, executionUsd } from '../state.ts'
import { orderChanged, positionChanged } from './cross-events.ts'
import { crossHolding, orderMarginSats } from './cross-figures.ts'

/** Makes an order that is not in the ledger. */
export function newOrder(
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

/** Adds realized P&L to the margin. A loss is limited to the margin. */
function realize(state: ExchangeState, profit: number): void {
  const { cross } = state.books
  const booked = Math.max(profit, -cross.marginSats)
  cross.marginSats += booked
  cross.totalPlSats += booked
}

/** Closes part of the position. A profit goes into the margin, a loss is carried into the remainder (7.4). */
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

/** Applies a fill. An order larger than an opposite position reverses it. */
function applyFill(state: ExchangeState, at: number, order: CrossOrder, priceUsd: number): void {
  const { cross } = state.books
  const opposite = cross.quantityUsd !== 0 && signOf(order.side) !== Math.sign(cross.quantityUsd)
  const closing = opposite ? Math.min(order.quantityUsd, Math.abs(cross.quantityUsd)) : 0
  if (closing > 0) reduce(state, closing, priceUsd)
  if (order.quantityUsd > closing) increase(state, order.side, order.quantityUsd - closing, priceUsd)
  order.priceUsd = priceUsd
  order.filledAt = at
  order.feeSats = Math.min(cross.marginSats, tradingFeeSats(order.quantityUsd, priceUsd, state.books.feeTier))
  cross.marginSats -= order.feeSats
  cross.tradingFeeSats += order.feeSats
  cross.updatedAt = at
  addRow(state.books.crossFilled, order)
}

/** True if the margin covers the position after adding `quantityUsd` on the side. */
function affordable(state: ExchangeState, side: QuoteSide, quantityUsd: number, priceUsd: number): boolean {
  const { cross } = state.books
  const afterUsd = Math.abs(cross.quantityUsd + signOf(side) * quantityUsd)
  if (afterUsd === 0) return true
  const used = runningMarginSats(afterUsd, priceUsd, cross.leverage) + orderMarginSats(state)
  return used < cross.marginSats - crossMaintenanceSats(afterUsd, priceUsd)
}

/** Executes a market order at the size bucket's price, or at `priceUsd` for history. Null if the margin is insufficient. */
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

/** Places a limit order. Returns null if the margin is insufficient. */
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

/** Fills a pending limit order at its limit. */
export function fillCrossOrder(state: ExchangeState, at: number, order: CrossOrder): void {
  state.books.crossOpen.delete(order.id)
  applyFill(state, at, order, order.priceUsd)
  orderChanged(state, 'limit', order)
  positionChanged(state, 'limit')
}

/** Cancels a pending order. Cross orders lock no funds, so the balance does not change. */
export function cancelCrossOrder(state: ExchangeState, at: number, order: CrossOrder): void {
  state.books.crossOpen.delete(order.id)
  order.canceledAt = at
  state.books.cross.updatedAt = at
  orderChanged(state, 'canceled', order)
  positionChanged(state, 'cancel')
}

/** Liquidates the whole position at the size bucket's price and the regular fee. Returns false if it is flat. */
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

/** Sets the leverage. It changes the used margin, not the liquidation price (7.4). */
export function setCrossLeverage(state: ExchangeState, at: number, leverage: number): void {
  state.books.cross.leverage = leverage
  state.books.cross.updatedAt = at
  positionChanged(state, 'leverage')
}

/**
 * Moves sats from the balance to the cross margin; negative amounts move back. Returns false if they are not available, or
 * are required by the position or its orders.
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
