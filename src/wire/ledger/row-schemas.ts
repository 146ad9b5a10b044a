import * as z from 'zod/mini'
import { ALERT_ID, LEVELS } from '../../domain/alerts/alert.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { LedgerTable, LedgerTables } from '../../ledger/rows.ts'
import { idField } from '../foreign-text.ts'

const amount = z.int()
const time = z.int()
const timeOrNull = z.nullable(time)
const price = z.number().check(z.positive())
const priceOrNull = z.nullable(price)
const side = z.enum(['long', 'short'])
const network = z.enum(['lightning', 'on-chain'])
const asset = z.enum(['BTC', 'USD'])
/** Keys that axisor makes from ids. */
const key = z.string().check(z.regex(/^[\w.: -]{1,200}$/))

/** Text that axisor has made. */
const text = z.string().check(
  z.maxLength(2_000),
  z.refine(value => sanitize(value) === value),
)

/** Strict schemas of the rows of an exported ledger. */
export const ROW_SCHEMAS: { readonly [Table in LedgerTable]: z.ZodMiniType<LedgerTables[Table]> } = {
  trades: z.strictObject({
    id: idField,
    state: z.enum(['open', 'running', 'closed', 'canceled']),
    type: z.enum(['limit', 'market']),
    side,
    quantityUsd: amount,
    priceUsd: price,
    entryPriceUsd: priceOrNull,
    exitPriceUsd: priceOrNull,
    marginSats: amount,
    liquidationUsd: priceOrNull,
    stopLossUsd: priceOrNull,
    takeProfitUsd: priceOrNull,
    plSats: amount,
    openingFeeSats: amount,
    closingFeeSats: amount,
    fundingSats: z.nullable(amount),
    cashInPlSats: z.nullable(amount),
    cashInMarginSats: z.nullable(amount),
    createdAt: time,
    filledAt: timeOrNull,
    closedAt: timeOrNull,
  }),
  fills: z.strictObject({
    id: idField,
    type: z.enum(['limit', 'market', 'liquidation']),
    side,
    quantityUsd: amount,
    priceUsd: price,
    feeSats: amount,
    filledAt: time,
  }),
  transfers: z.strictObject({ id: idField, amountSats: amount, at: time }),
  funding: z.strictObject({
    key,
    mode: z.enum(['isolated', 'cross']),
    settlementId: idField,
    tradeId: z.nullable(idField),
    at: time,
    feeSats: amount,
  }),
  deposits: z.strictObject({
    id: idField,
    network,
    status: z.enum(['settled', 'unsettled', 'mempool', 'confirmed', 'irreversible']),
    amountSats: amount,
    createdAt: time,
    settledAt: timeOrNull,
  }),
  withdrawals: z.strictObject({
    id: idField,
    network,
    status: z.enum(['pending', 'processing', 'processed', 'failed', 'canceled', 'rejected']),
    amountSats: amount,
    feeSats: z.nullable(amount),
    createdAt: time,
  }),
  swaps: z.strictObject({
    id: idField,
    at: time,
    inAsset: asset,
    inAmount: z.number(),
    outAsset: asset,
    outAmount: z.number(),
  }),
  settlements: z.strictObject({ id: idField, at: time, rate: z.number(), fixingPriceUsd: price }),
  prices: z.strictObject({ at: time, closeUsd: price }),
  samples: z.strictObject({
    at: time,
    balanceSats: amount,
    isolatedSats: amount,
    crossMarginSats: amount,
    crossQuantityUsd: amount,
    openCashInSats: amount,
    syntheticUsd: z.number(),
    equitySats: z.nullable(amount),
  }),
  observations: z.strictObject({
    key,
    tradeId: idField,
    what: z.enum(['margin', 'cash-in', 'stop-loss', 'take-profit']),
    before: z.nullable(z.number()),
    after: z.nullable(z.number()),
    seenFrom: time,
    seenTo: time,
  }),
  canceledOrders: z.strictObject({
    id: idField,
    side: z.nullable(side),
    quantityUsd: z.nullable(amount),
    priceUsd: priceOrNull,
    canceledAt: time,
  }),
  notices: z.strictObject({
    id: z.string().check(z.regex(ALERT_ID)),
    positionId: idField,
    at: time,
    level: z.enum(LEVELS),
    message: text,
    channels: text,
  }),
}
