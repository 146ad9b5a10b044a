import * as z from 'zod/mini'
import type { ClosedTrade, FundingFee, History, RealizedFill } from '../../domain/snapshot.ts'
import { priceField, quantityField, satsField, satsOrNull } from '../lnm/fields.ts'
import { lazy } from '../validate.ts'
import { absentAsNull, levelField, nullableSats, timeField } from './fields.ts'
import type { RelayChange } from './messages.ts'
import {
  bucketsSchema,
  candleSchema,
  crossSchema,
  fundingSchema,
  orderSchema,
  positionSchema,
  sideField,
} from './part-schemas.ts'

const priceOrNull = z.nullable(priceField)
const timeOrNull = z.nullable(timeField)

const closedSchema = lazy(
  (): z.ZodMiniType<ClosedTrade> =>
    z.object({
      id: z.string(),
      side: sideField,
      quantityUsd: quantityField,
      entryPriceUsd: priceOrNull,
      exitPriceUsd: priceOrNull,
      plSats: satsField,
      openingFeeSats: satsField,
      closingFeeSats: satsField,
      openedAt: timeOrNull,
      closedAt: timeField,
    }),
)

const feeSchema = lazy(
  (): z.ZodMiniType<FundingFee> =>
    z.object({
      settlementId: z.string(),
      tradeId: z.nullable(z.string()),
      at: timeField,
      feeSats: satsField,
    }),
)

const fillSchema = lazy(
  (): z.ZodMiniType<RealizedFill> =>
    z.object({
      id: z.string(),
      side: sideField,
      quantityUsd: quantityField,
      priceUsd: priceField,
      feeSats: satsField,
      // Older relays do not send the P&L of fills.
      plSats: satsOrNull,
      filledAt: timeField,
    }),
)

const historySchema = lazy(
  (): z.ZodMiniType<History> =>
    z.object({
      since: timeField,
      closed: z.nullable(z.array(closedSchema())),
      fundingFees: z.nullable(z.array(feeSchema())),
      crossFills: z.nullable(z.array(fillSchema())),
      crossUnknownReason: absentAsNull(z.string()),
    }),
)

function marketChanges() {
  return [
    z.object({
      kind: z.literal('ticker'),
      lastPriceUsd: priceOrNull,
      indexUsd: priceOrNull,
      funding: fundingSchema(),
    }),
    z.object({ kind: z.literal('last-price'), lastPriceUsd: priceField }),
    z.object({ kind: z.literal('index'), indexUsd: priceField }),
    z.object({ kind: z.literal('buckets'), buckets: bucketsSchema() }),
    z.object({ kind: z.literal('funding'), funding: fundingSchema() }),
    z.object({ kind: z.literal('candle'), range: z.string(), candle: candleSchema() }),
    z.object({ kind: z.literal('candles'), range: z.string(), candles: z.array(candleSchema()) }),
    z.object({ kind: z.literal('history'), history: historySchema() }),
    z.object({ kind: z.literal('announcement'), id: z.string(), title: z.nullable(z.string()) }),
  ] as const
}

function tradeChanges() {
  return [
    z.object({ kind: z.literal('order-opened'), order: orderSchema() }),
    z.object({ kind: z.literal('trade-filled'), position: positionSchema() }),
    z.object({
      kind: z.literal('trade-ended'),
      id: z.string(),
      why: z.enum(['closed', 'stop-loss', 'take-profit', 'liquidation', 'canceled', 'filled']),
      plSats: nullableSats,
      exitPriceUsd: priceOrNull,
      closingFeeSats: nullableSats,
      endedAt: timeOrNull,
    }),
    z.object({
      kind: z.literal('trade-funded'),
      id: z.string(),
      marginSats: nullableSats,
      liquidationPriceUsd: z.nullable(levelField),
      feeSats: nullableSats,
      fundedAt: timeOrNull,
    }),
  ] as const
}

function crossChanges() {
  return [
    z.object({ kind: z.literal('cross-position'), event: z.string(), cross: crossSchema() }),
    z.object({ kind: z.literal('cross-order-opened'), order: orderSchema() }),
    z.object({
      kind: z.literal('cross-order-ended'),
      id: z.string(),
      why: z.enum(['filled', 'canceled', 'liquidation']),
      side: z.nullable(sideField),
      quantityUsd: z.nullable(quantityField),
      priceUsd: priceOrNull,
      endedAt: timeOrNull,
    }),
    z.object({
      kind: z.literal('wallet'),
      direction: z.enum(['deposit', 'withdrawal']),
      id: z.string(),
      amountSats: satsField,
      balanceSats: nullableSats,
      status: z.string(),
    }),
  ] as const
}

/** A change with its times. An unknown kind is a fault. */
export const changeSchema = lazy(
  (): z.ZodMiniType<RelayChange> =>
    z.object({
      at: timeField,
      sourceAt: timeOrNull,
      change: z.discriminatedUnion('kind', [...marketChanges(), ...tradeChanges(), ...crossChanges()]),
    }),
)
