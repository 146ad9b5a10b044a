import * as z from 'zod/mini'
import { entryOf } from '../../domain/entry.ts'
import type { CloseReason } from '../../domain/snapshot.ts'
import { type Decoded, invalid } from '../decoded.ts'
import { lazy, validate } from '../validate.ts'
import {
  buySellField,
  levelOrNull,
  msTime,
  msTimeOrNull,
  priceField,
  priceOrNull,
  quantityField,
  satsField,
  satsOrNull,
} from './fields.ts'
import { crossAccountOf, crossFields } from './rest-cross.ts'
import { type StreamMessage, streamMessage } from './stream-message.ts'

const tradeEventSchema = lazy(() => z.object({ event: z.string(), trade: z.object({ id: z.string() }) }))

const openSchema = lazy(() =>
  z.object({
    trade: z.object({
      id: z.string(),
      side: buySellField,
      quantity: quantityField,
      price: priceField,
      leverage: z.number().check(z.positive()),
      createdAt: msTime,
    }),
  }),
)

function decodeOpened(data: unknown, where: string): Decoded<StreamMessage> {
  const checked = validate(openSchema(), data, where)
  if (!checked.ok) return checked
  const { id, side, quantity, price, leverage, createdAt } = checked.value.trade
  // The reserved amount includes the maintenance margin, which this message lacks: null until the next read.
  return streamMessage(
    {
      kind: 'order-opened',
      order: {
        id,
        mode: 'isolated',
        side,
        type: 'limit',
        quantityUsd: quantity,
        priceUsd: price,
        leverage,
        reservedSats: null,
        createdAt,
      },
    },
    createdAt,
  )
}

const filledSchema = lazy(() =>
  z.object({
    trade: z.object({
      id: z.string(),
      type: z.optional(z.string()),
      side: buySellField,
      quantity: quantityField,
      leverage: z.number().check(z.positive()),
      price: priceOrNull,
      margin: satsOrNull,
      openingFee: satsOrNull,
      createdAt: msTimeOrNull,
    }),
  }),
)

function decodeFilled(data: unknown, where: string): Decoded<StreamMessage> {
  const checked = validate(filledSchema(), data, where)
  if (!checked.ok) return checked
  const { trade } = checked.value
  // A market order fills when it is created. For a limit order, the message has the time of placement only.
  const openedAt = trade.type === 'market' ? trade.createdAt : null
  return streamMessage(
    {
      kind: 'trade-filled',
      position: {
        id: trade.id,
        mode: 'isolated',
        side: trade.side,
        quantityUsd: trade.quantity,
        ...entryOf({ priceUsd: trade.price, entryPriceUsd: null }),
        marginSats: trade.margin,
        entryMarginSats: null,
        maintenanceMarginSats: null,
        runningMarginSats: null,
        leverage: trade.leverage,
        liquidationPriceUsd: null,
        stopLossUsd: null,
        stopLossTrailingDistance: null,
        takeProfitUsd: null,
        exchangePlSats: null,
        fundingPaidSats: null,
        openingFeeSats: trade.openingFee,
        cashInMarginSats: null,
        cashInPlSats: null,
        openedAt,
      },
    },
    openedAt,
  )
}

const endedSchema = lazy(() =>
  z.object({
    trade: z.object({
      id: z.string(),
      closedAt: msTimeOrNull,
      closingFee: satsOrNull,
      pl: satsOrNull,
      exitPrice: priceOrNull,
    }),
  }),
)

function decodeEnded(data: unknown, where: string, why: CloseReason): Decoded<StreamMessage> {
  const checked = validate(endedSchema(), data, where)
  if (!checked.ok) return checked
  const { id, closedAt, closingFee, pl, exitPrice } = checked.value.trade
  return streamMessage(
    {
      kind: 'trade-ended',
      id,
      why,
      plSats: pl,
      exitPriceUsd: exitPrice,
      closingFeeSats: closingFee,
      endedAt: closedAt,
    },
    closedAt,
  )
}

const fundedSchema = lazy(() =>
  z.object({
    trade: z.object({
      id: z.string(),
      margin: satsOrNull,
      liquidationPrice: z.optional(levelOrNull),
      fundingFee: satsOrNull,
      fundedAt: msTimeOrNull,
    }),
  }),
)

function decodeFunded(data: unknown, where: string): Decoded<StreamMessage> {
  const checked = validate(fundedSchema(), data, where)
  if (!checked.ok) return checked
  const { id, margin, liquidationPrice, fundingFee, fundedAt } = checked.value.trade
  return streamMessage(
    {
      kind: 'trade-funded',
      id,
      marginSats: margin,
      liquidationPriceUsd: liquidationPrice ?? null,
      feeSats: fundingFee,
      fundedAt,
    },
    fundedAt,
  )
}

const CLOSE_REASONS: Readonly<Record<string, CloseReason>> = {
  closed: 'closed',
  stoploss: 'stop-loss',
  takeprofit: 'take-profit',
  liquidation: 'liquidation',
  canceled: 'canceled',
}

/** Decodes `isolated/trades`. Messages are partial: missing values are null until the next read. */
export function decodeTradeMessage(data: unknown, where: string): Decoded<StreamMessage> {
  const checked = validate(tradeEventSchema(), data, where)
  if (!checked.ok) return checked
  const { event } = checked.value
  if (event === 'open') return decodeOpened(data, where)
  if (event === 'filled') return decodeFilled(data, where)
  if (event === 'funding') return decodeFunded(data, where)
  const why = Object.hasOwn(CLOSE_REASONS, event) ? CLOSE_REASONS[event] : undefined
  return why === undefined ? invalid(where, 'event has an unknown value') : decodeEnded(data, where, why)
}

const crossPositionSchema = lazy(() =>
  z.object({ event: z.string(), position: z.object({ ...crossFields, updatedAt: msTimeOrNull }) }),
)

/** Decodes `cross/position`: the whole position without its id. */
export function decodeCrossPositionMessage(data: unknown, where: string): Decoded<StreamMessage> {
  const checked = validate(crossPositionSchema(), data, where)
  if (!checked.ok) return checked
  const { event, position } = checked.value
  const { updatedAt } = position
  return streamMessage(
    { kind: 'cross-position', event, cross: crossAccountOf(position, updatedAt) },
    updatedAt,
  )
}

const walletSchema = lazy(() =>
  z.object({ id: z.string(), amount: satsField, balance: satsOrNull, status: z.string() }),
)

/** Decodes `wallet/deposit` and `wallet/withdrawal`. */
export function decodeWalletMessage(
  data: unknown,
  where: string,
  direction: 'deposit' | 'withdrawal',
): Decoded<StreamMessage> {
  const checked = validate(walletSchema(), data, where)
  if (!checked.ok) return checked
  const { id, amount, balance, status } = checked.value
  return streamMessage(
    { kind: 'wallet', direction, id, amountSats: amount, balanceSats: balance, status },
    null,
  )
}
