import { addRow, type CrossOrder } from '../exchange-books.ts'
import {
  addedEntryUsd,
  type BookSide,
  carriedEntryUsd,
  crossMaintenanceSats,
  feeSats,
  profitSats,
  runningMarginSats,
  signOf,
} from '../formulas.ts'
import { closingUsd, type Desk, executionUsd } from '../state.ts'
import { orderChanged, positionChanged } from './cross-events.ts'
import { crossHolding, orderMarginSats } from './cross-figures.ts'

function newOrder(
  desk: Desk,
  at: number,
  type: CrossOrder['type'],
  side: BookSide,
  quantityUsd: number,
  priceUsd: number,
): CrossOrder {
  const id = desk.ids.uuid()
  const times = { createdAt: at, filledAt: null, canceledAt: null }
  return { id, type, side, quantityUsd, priceUsd, feeSats: 0, ...times, clientId: null }
}

/** Adds realized profit or loss to the margin. What the margin cannot cover is not the trader's to pay. */
function realize(desk: Desk, profit: number): void {
  const { cross } = desk.books
  const booked = Math.max(profit, -cross.marginSats)
  cross.marginSats += booked
  cross.totalPlSats += booked
}

/** Closes part of the position: a profit goes into the margin, a loss is carried by what remains (7.4). */
function reduce(desk: Desk, closedUsd: number, priceUsd: number): void {
  const { cross } = desk.books
  const held = crossHolding(cross)
  if (held === null) return
  const { side, quantityUsd, entryUsd } = held
  const profit = profitSats(side, closedUsd, entryUsd, priceUsd)
  const carried =
    profit < 0 && closedUsd < quantityUsd
      ? carriedEntryUsd(side, quantityUsd, entryUsd, closedUsd, priceUsd)
      : null
  if (carried === null) realize(desk, profit)
  cross.quantityUsd -= signOf(side) * closedUsd
  cross.entryUsd = cross.quantityUsd === 0 ? null : (carried ?? entryUsd)
}

function increase(desk: Desk, side: BookSide, quantityUsd: number, priceUsd: number): void {
  const { cross } = desk.books
  const heldUsd = Math.abs(cross.quantityUsd)
  cross.entryUsd =
    cross.entryUsd === null ? priceUsd : addedEntryUsd(heldUsd, cross.entryUsd, quantityUsd, priceUsd)
  cross.quantityUsd += signOf(side) * quantityUsd
}

/** Applies a fill; an order larger than an opposite position turns it round. */
function applyFill(desk: Desk, at: number, order: CrossOrder, priceUsd: number): void {
  const { cross } = desk.books
  const opposite = cross.quantityUsd !== 0 && signOf(order.side) !== Math.sign(cross.quantityUsd)
  const closing = opposite ? Math.min(order.quantityUsd, Math.abs(cross.quantityUsd)) : 0
  if (closing > 0) reduce(desk, closing, priceUsd)
  if (order.quantityUsd > closing) increase(desk, order.side, order.quantityUsd - closing, priceUsd)
  order.priceUsd = priceUsd
  order.filledAt = at
  order.feeSats = Math.min(cross.marginSats, feeSats(order.quantityUsd, priceUsd, desk.books.feeTier))
  cross.marginSats -= order.feeSats
  cross.tradingFeeSats += order.feeSats
  cross.updatedAt = at
  addRow(desk.books.crossFilled, order)
}

/** Whether the margin would still carry the position with so much more of a side. */
function affordable(desk: Desk, side: BookSide, quantityUsd: number, priceUsd: number): boolean {
  const { cross } = desk.books
  const afterUsd = Math.abs(cross.quantityUsd + signOf(side) * quantityUsd)
  if (afterUsd === 0) return true
  const used = runningMarginSats(afterUsd, priceUsd, cross.leverage) + orderMarginSats(desk)
  return used < cross.marginSats - crossMaintenanceSats(afterUsd, priceUsd)
}

/** Executes at the size bucket's price, or at `priceUsd` where the past is written. Null when the margin is too small. */
export function crossMarketOrder(
  desk: Desk,
  at: number,
  side: BookSide,
  quantityUsd: number,
  priceUsd: number = executionUsd(desk, side, quantityUsd),
): CrossOrder | null {
  if (!affordable(desk, side, quantityUsd, priceUsd)) return null
  const order = newOrder(desk, at, 'market', side, quantityUsd, priceUsd)
  applyFill(desk, at, order, priceUsd)
  orderChanged(desk, 'new', order)
  positionChanged(desk, 'new')
  return order
}

/** Places a limit order. Null when the margin is too small. */
export function crossLimitOrder(
  desk: Desk,
  at: number,
  side: BookSide,
  quantityUsd: number,
  priceUsd: number,
): CrossOrder | null {
  if (!affordable(desk, side, quantityUsd, priceUsd)) return null
  const order = newOrder(desk, at, 'limit', side, quantityUsd, priceUsd)
  desk.books.crossOpen.set(order.id, order)
  desk.books.cross.updatedAt = at
  orderChanged(desk, 'new', order)
  positionChanged(desk, 'new')
  return order
}

/** A waiting limit order executes, at its limit. */
export function fillCrossOrder(desk: Desk, at: number, order: CrossOrder): void {
  desk.books.crossOpen.delete(order.id)
  applyFill(desk, at, order, order.priceUsd)
  orderChanged(desk, 'limit', order)
  positionChanged(desk, 'limit')
}

/** Takes a waiting order back; cross orders lock nothing, so no money moves. */
export function cancelCrossOrder(desk: Desk, at: number, order: CrossOrder): void {
  desk.books.crossOpen.delete(order.id)
  order.canceledAt = at
  desk.books.cross.updatedAt = at
  orderChanged(desk, 'canceled', order)
  positionChanged(desk, 'cancel')
}

/** Closes the whole position by force, at the size bucket's price, at the ordinary fee. */
export function liquidateCross(desk: Desk, at: number): boolean {
  const held = crossHolding(desk.books.cross)
  if (held === null) return false
  for (const order of [...desk.books.crossOpen.values()]) cancelCrossOrder(desk, at, order)
  const side = held.side === 'buy' ? 'sell' : 'buy'
  const priceUsd = closingUsd(desk, held.side, held.quantityUsd)
  const order = newOrder(desk, at, 'liquidation', side, held.quantityUsd, priceUsd)
  applyFill(desk, at, order, priceUsd)
  orderChanged(desk, 'new', order)
  positionChanged(desk, 'liquidation')
  return true
}

/** Changes what the position uses of the margin; the liquidation price stays (7.4). */
export function setCrossLeverage(desk: Desk, at: number, leverage: number): void {
  desk.books.cross.leverage = leverage
  desk.books.cross.updatedAt = at
  positionChanged(desk, 'leverage')
}

/**
 * Moves sats between the balance (positive: out of it) and the cross margin account. False when they are not there, or are
 * needed by the position.
 */
export function transferToCross(desk: Desk, at: number, amountSats: number): boolean {
  const { books } = desk
  const held = crossHolding(books.cross)
  const neededSats =
    held === null
      ? 0
      : runningMarginSats(held.quantityUsd, held.entryUsd, books.cross.leverage) +
        crossMaintenanceSats(held.quantityUsd, held.entryUsd)
  if (amountSats > books.balanceSats) return false
  if (amountSats < 0 && books.cross.marginSats + amountSats <= neededSats + orderMarginSats(desk))
    return false
  books.balanceSats -= amountSats
  books.cross.marginSats += amountSats
  books.cross.updatedAt = at
  addRow(books.transfers, { id: desk.ids.uuid(), amountSats, time: at })
  positionChanged(desk, amountSats > 0 ? 'deposit' : 'withdraw')
  return true
}
