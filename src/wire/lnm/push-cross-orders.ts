import { type Decoded, invalid } from '../decoded.ts'
import { idField, wordField } from '../foreign-text.ts'
import { decodeRow, optional, type RowOf, required } from '../rows.ts'
import { lazy } from '../validate.ts'
import { buySellField, msTime, priceField, quantityField } from './fields.ts'
import { otherMarketOf } from './instrument.ts'
import { type StreamMessage, streamMessage } from './stream-message.ts'

const eventSpec = lazy(() => ({ event: required(wordField) }))

const orderSpec = lazy(() => ({
  id: required(idField),
  type: optional(wordField),
  side: optional(buySellField),
  quantity: optional(quantityField),
  price: optional(priceField),
  createdAt: optional(msTime),
  filledAt: optional(msTime),
  canceledAt: optional(msTime),
}))

type OrderRow = RowOf<ReturnType<typeof orderSpec>>

type EndReason = 'filled' | 'canceled' | 'liquidation'

/** Why the order is no longer open, and when; null for an open order. `new` is an open order, or one already filled: its times differ. */
function endOf(
  event: string,
  order: OrderRow,
): { readonly why: EndReason; readonly at: number | null } | null {
  if (event === 'canceled' || order.canceledAt !== null) return { why: 'canceled', at: order.canceledAt }
  if (event === 'new' && order.filledAt === null && (order.type ?? 'limit') === 'limit') return null
  return { why: order.type === 'liquidation' ? 'liquidation' : 'filled', at: order.filledAt }
}

/** Decodes `cross/orders`. */
export function decodeCrossOrderMessage(data: unknown, where: string): Decoded<StreamMessage> {
  const head = decodeRow(eventSpec(), data)
  if (!head.ok) return invalid(where, `${head.fault.field} ${head.fault.problem}`)
  const raw: unknown = Reflect.get(data as object, 'order')
  const decoded = decodeRow(orderSpec(), raw)
  if (!decoded.ok) return invalid(where, `order.${decoded.fault.field} ${decoded.fault.problem}`)
  const { row, faults } = decoded
  const end = endOf(head.row.event, row)
  const { id, side, quantity, price, createdAt } = row
  if (end !== null)
    return streamMessage(
      {
        kind: 'cross-order-ended',
        id,
        why: end.why,
        side,
        quantityUsd: quantity,
        priceUsd: price,
        endedAt: end.at,
      },
      end.at,
      faults,
    )
  if (side === null || quantity === null || price === null)
    return invalid(where, 'order has no readable side, quantity or price')
  return streamMessage(
    {
      kind: 'cross-order-opened',
      order: {
        id,
        mode: 'cross',
        side,
        type: 'limit',
        quantityUsd: quantity,
        priceUsd: price,
        leverage: null,
        reservedSats: null,
        createdAt,
        otherMarket: otherMarketOf(raw as object),
      },
    },
    createdAt,
    faults,
  )
}
