import * as z from 'zod/mini'
import type { ClosedTrade, FundingFee, History, RealizedFill } from '../../domain/snapshot.ts'
import { idField, sentenceField, textField, wordField } from '../foreign-text.ts'
import {
  levelField,
  priceField,
  quantityField,
  satsField,
  satsOrNull,
  signedQuantityField,
} from '../lnm/fields.ts'
import { fillTypeField } from '../lnm/rest-cross.ts'
import { lazy } from '../validate.ts'
import { absentAsNull, nullableSats, timeField } from './fields.ts'
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
      id: idField,
      side: sideField,
      quantityUsd: quantityField,
      entryPriceUsd: priceOrNull,
      exitPriceUsd: priceOrNull,
      plSats: satsField,
      openingFeeSats: satsField,
      closingFeeSats: satsField,
      marginSats: satsOrNull,
      liquidationPriceUsd: absentAsNull(priceOrNull),
      stopLossUsd: absentAsNull(priceOrNull),
      takeProfitUsd: absentAsNull(priceOrNull),
      openedAt: timeOrNull,
      closedAt: timeField,
    }),
)

const feeSchema = lazy(
  (): z.ZodMiniType<FundingFee> =>
    z.object({
      settlementId: idField,
      tradeId: z.nullable(idField),
      at: timeField,
      feeSats: satsField,
    }),
)

const fillSchema = lazy(
  (): z.ZodMiniType<RealizedFill> =>
    z.object({
      id: idField,
      // Older relays send neither the type, the P&L nor the position.
      type: absentAsNull(fillTypeField),
      side: sideField,
      quantityUsd: quantityField,
      priceUsd: priceField,
      feeSats: satsField,
      plSats: satsOrNull,
      positionUsd: absentAsNull(signedQuantityField),
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
      crossUnknownReason: absentAsNull(sentenceField),
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
    z.object({ kind: z.literal('candle'), range: wordField, candle: candleSchema() }),
    z.object({ kind: z.literal('candles'), range: wordField, candles: z.array(candleSchema()) }),
    z.object({ kind: z.literal('history'), history: historySchema() }),
    z.object({
      kind: z.literal('announcement'),
      id: wordField,
      title: z.nullable(sentenceField),
      message: absentAsNull(textField),
      link: absentAsNull(sentenceField),
    }),
  ] as const
}

function tradeChanges() {
  return [
    z.object({ kind: z.literal('order-opened'), order: orderSchema() }),
    z.object({ kind: z.literal('trade-filled'), position: positionSchema() }),
    z.object({
      kind: z.literal('trade-ended'),
      id: idField,
      why: z.enum(['closed', 'stop-loss', 'take-profit', 'liquidation', 'canceled', 'filled']),
      plSats: nullableSats,
      exitPriceUsd: priceOrNull,
      closingFeeSats: nullableSats,
      endedAt: timeOrNull,
    }),
    z.object({
      kind: z.literal('trade-funded'),
      id: idField,
      marginSats: nullableSats,
      liquidationPriceUsd: z.nullable(levelField),
      feeSats: nullableSats,
      fundedAt: timeOrNull,
    }),
  ] as const
}

function crossChanges() {
  return [
    z.object({ kind: z.literal('cross-position'), event: wordField, cross: crossSchema() }),
    z.object({ kind: z.literal('cross-order-opened'), order: orderSchema() }),
    z.object({
      kind: z.literal('cross-order-ended'),
      id: idField,
      why: z.enum(['filled', 'canceled', 'liquidation']),
      side: z.nullable(sideField),
      quantityUsd: z.nullable(quantityField),
      priceUsd: priceOrNull,
      endedAt: timeOrNull,
    }),
    z.object({
      kind: z.literal('wallet'),
      direction: z.enum(['deposit', 'withdrawal']),
      id: idField,
      amountSats: satsField,
      balanceSats: nullableSats,
      status: wordField,
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
