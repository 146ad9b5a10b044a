import * as z from 'zod/mini'
import type { Decoded } from '../decoded.ts'
import { lazy, validate } from '../validate.ts'
import { buySellField, msTime, msTimeOrNull, priceField, priceOrNull, quantityField } from './fields.ts'
import { type StreamMessage, streamMessage } from './stream-message.ts'

const eventSchema = lazy(() =>
  z.object({
    event: z.string(),
    order: z.object({
      id: z.string(),
      type: z.nullish(z.string()),
      filledAt: msTimeOrNull,
      canceledAt: msTimeOrNull,
    }),
  }),
)

const openSchema = lazy(() =>
  z.object({
    order: z.object({
      id: z.string(),
      side: buySellField,
      quantity: quantityField,
      price: priceField,
      createdAt: msTime,
    }),
  }),
)

function decodeOpened(data: unknown, where: string): Decoded<StreamMessage> {
  const checked = validate(openSchema(), data, where)
  if (!checked.ok) return checked
  const { id, side, quantity, price, createdAt } = checked.value.order
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
      },
    },
    createdAt,
  )
}

const endSchema = lazy(() =>
  z.object({
    order: z.object({
      id: z.string(),
      side: z.nullish(buySellField),
      quantity: z.nullish(quantityField),
      price: priceOrNull,
    }),
  }),
)

function decodeEnded(
  data: unknown,
  where: string,
  why: 'filled' | 'canceled' | 'liquidation',
  endedAt: number | null,
): Decoded<StreamMessage> {
  const checked = validate(endSchema(), data, where)
  if (!checked.ok) return checked
  const { id, side, quantity, price } = checked.value.order
  return streamMessage(
    {
      kind: 'cross-order-ended',
      id,
      why,
      side: side ?? null,
      quantityUsd: quantity ?? null,
      priceUsd: price,
      endedAt,
    },
    endedAt,
  )
}

/** Decodes `cross/orders`. `new` is an open order, or one already filled: its times differ. */
export function decodeCrossOrderMessage(data: unknown, where: string): Decoded<StreamMessage> {
  const checked = validate(eventSchema(), data, where)
  if (!checked.ok) return checked
  const { event, order } = checked.value
  if (event === 'canceled' || order.canceledAt !== null) {
    return decodeEnded(data, where, 'canceled', order.canceledAt)
  }
  if (event === 'new' && order.filledAt === null && (order.type ?? 'limit') === 'limit') {
    return decodeOpened(data, where)
  }
  return decodeEnded(data, where, order.type === 'liquidation' ? 'liquidation' : 'filled', order.filledAt)
}
