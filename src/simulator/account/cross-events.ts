import type { CrossOrder } from '../exchange-books.ts'
import { TOPIC } from '../protocol/topics.ts'
import type { Desk } from '../state.ts'
import { crossFigures } from './cross-figures.ts'

/** What has just happened to the cross position. */
export type CrossEvent =
  | 'new'
  | 'limit'
  | 'cancel'
  | 'leverage'
  | 'deposit'
  | 'withdraw'
  | 'liquidation'
  | 'funding'

/** The whole position, without its id. */
export function positionChanged(desk: Desk, event: CrossEvent): void {
  const { cross } = desk.books
  desk.publish(TOPIC.crossPosition, {
    pair: 'btc_usd',
    event,
    position: { ...crossFigures(desk), updatedAt: cross.updatedAt },
  })
}

/** `new`: an open limit order, or an order that was filled at once; `limit`: a limit order filled; `canceled`. */
export function orderChanged(desk: Desk, event: 'new' | 'limit' | 'canceled', order: CrossOrder): void {
  const { id, side, type, clientId, createdAt, canceledAt, filledAt } = order
  const common = { id, side, type, quantity: order.quantityUsd, price: order.priceUsd, clientId, createdAt }
  const fee = { tradingFee: order.feeSats }
  const detail = canceledAt !== null ? { canceledAt } : filledAt !== null ? { ...fee, filledAt } : fee
  desk.publish(TOPIC.crossOrders, { pair: 'btc_usd', event, order: { ...common, ...detail } })
}
