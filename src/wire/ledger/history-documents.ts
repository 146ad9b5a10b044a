import * as z from 'zod/mini'
import { describe, time } from '../document-fields.ts'
import { jsonSchemaOf } from '../json-schema.ts'
import { ledgerHead, satsNumberField, satsOrNullField } from './document-head.ts'

/** The lists of the two documents. */
const LISTS = ['trades', 'crossFills', 'isolatedFees', 'crossFees'] as const

function head() {
  return {
    ...ledgerHead(),
    since: describe(time(), 'Begin of the range'),
    to: describe(time(), 'End of the range'),
    truncated: describe(z.boolean(), 'True if --limit left out older rows; the sums are about all'),
    key: z.strictObject({
      permissions: z.nullable(z.array(z.string())),
      canWrite: z.nullable(z.boolean()),
    }),
    unreadable: describe(
      z.array(
        z.strictObject({
          list: z.enum(LISTS),
          id: z.nullable(z.string()),
          field: z.string(),
          problem: z.string(),
        }),
      ),
      'Rows that can not be read and may be of the range; they are in no other list',
    ),
  }
}

function tradeSchema() {
  return z.strictObject({
    id: z.string(),
    side: z.enum(['long', 'short']),
    quantityUsd: z.number(),
    entryPriceUsd: z.nullable(z.number()),
    exitPriceUsd: z.nullable(z.number()),
    plSats: satsNumberField('As the exchange states it, before fees and funding and without cash-ins'),
    cashInPlSats: satsOrNullField('P&L that was cashed in while the trade was running'),
    openingFeeSats: satsNumberField('Opening fee'),
    closingFeeSats: satsNumberField('Closing fee'),
    cause: describe(
      z.enum(['liquidated', 'stop-loss', 'take-profit', 'closed']),
      'Why it ended, as price and levels show',
    ),
    openedAt: z.nullable(time()),
    closedAt: time(),
  })
}

function fillSchema() {
  return z.strictObject({
    id: z.string(),
    side: z.enum(['buy', 'sell']),
    quantityUsd: z.number(),
    priceUsd: z.number(),
    feeSats: satsNumberField('Trading fee'),
    plSats: satsOrNullField(
      'Replayed from the fills since the position was last flat, before fees and funding',
    ),
    filledAt: time(),
  })
}

/** Strict schema of the document of `axisor history --json`, newest first. */
export function historyDocumentSchema() {
  return z.strictObject({
    ...head(),
    trades: z.array(tradeSchema()),
    crossFills: describe(z.nullable(z.array(fillSchema())), 'Null if the key may not read them'),
    crossPlSats: satsOrNullField('Sum of the P&L of the cross fills of the range'),
    crossUnknownReason: describe(z.nullable(z.string()), 'Why it is null; null if it is known'),
    fundingFeesSats: satsOrNullField('Sum of the funding fees of the range, positive = paid'),
    netPlSats: satsOrNullField('P&L of trades and cross fills with cash-ins, less fees and funding'),
    netUnknownReason: describe(z.nullable(z.string()), 'Why it is null; null if it is known'),
    canceledCrossOrders: describe(
      z.array(
        z.strictObject({
          id: z.string(),
          side: z.nullable(z.enum(['long', 'short'])),
          quantityUsd: z.nullable(z.number()),
          priceUsd: z.nullable(z.number()),
          canceledAt: time(),
        }),
      ),
      'Incomplete: the exchange does not list them; those that a running monitor has seen',
    ),
  })
}

/** Strict schema of the document of `axisor funding --json`, newest first. */
export function fundingDocumentSchema() {
  return z.strictObject({
    ...head(),
    totalSats: satsOrNullField('Sum of the fees of the range, positive = paid'),
    fees: z.array(
      z.strictObject({
        settlementId: z.string(),
        mode: z.enum(['isolated', 'cross']),
        tradeId: z.nullable(z.string()),
        at: time(),
        feeSats: satsNumberField('Positive = paid'),
      }),
    ),
  })
}

export type HistoryDocument = z.infer<ReturnType<typeof historyDocumentSchema>>

export type FundingDocument = z.infer<ReturnType<typeof fundingDocumentSchema>>

/** The JSON Schemas of the documents of trades and funding. */
export const historyJsonSchemas = {
  history: () => jsonSchemaOf(historyDocumentSchema(), 'axisor history 1'),
  funding: () => jsonSchemaOf(fundingDocumentSchema(), 'axisor funding 1'),
} as const
