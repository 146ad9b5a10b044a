import type { CrossOrder } from '../exchange-books.ts'
import { TOPIC } from '../protocol/topics.ts'
import type { ExchangeState } from '../state.ts'
import { crossFigures } from './cross-figures.ts'

/** Event names of the cross position topic. */
export type CrossEvent =
  | 'new'
  | 'limit'
  | 'cancel'
  | 'leverage'
  | 'deposit'
  | 'withdraw'
  | 'liquidation'
  | 'funding'

/** Publishes the complete cross position, without its id. */
export function positionChanged(state: ExchangeState, event: CrossEvent): void {
  const { cross } = state.books
  state.publish(TOPIC.crossPosition, {
    pair: 'btc_usd',
    event,
    position: { ...crossFigures(state), updatedAt: cross.updatedAt },
  })
}

/** A cross order in an event. */
export function changedOrder(order: CrossOrder) {
  const { id, side, type, clientId, createdAt, canceledAt, filledAt } = order
  const common = { id, side, type, quantity: order.quantityUsd, price: order.priceUsd, clientId, createdAt }
  const fee = { tradingFee: order.feeSats }
  const detail = canceledAt !== null ? { canceledAt } : filledAt !== null ? { ...fee, filledAt } : fee
  return { ...common, ...detail }
}

/** Publishes a cross order. `new`: a limit order was placed or a market order filled; `limit`: a limit order filled. */
export function orderChanged(
  state: ExchangeState,
  event: 'new' | 'limit' | 'canceled',
  order: CrossOrder,
): void {
  state.publish(TOPIC.crossOrders, { pair: 'btc_usd', event, order: changedOrder(order) })
}
