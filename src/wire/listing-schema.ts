import * as z from 'zod/mini'
import { describe, time } from './document-fields.ts'
import { jsonSchemaOf } from './json-schema.ts'

const sats = () => z.int()
const satsOrNull = () => z.nullable(z.int())

function head() {
  return {
    schemaVersion: z.literal(1),
    asOf: describe(time(), 'When the listing was made'),
    since: describe(time(), 'Begin of the range'),
    to: describe(time(), 'End of the range'),
    truncated: describe(z.boolean(), 'True if --limit left out older rows; the sums are about all'),
    origin: z.enum(['exchange', 'simulated']),
    network: z.enum(['mainnet', 'signet', 'simulator']),
    key: z.strictObject({
      permissions: z.nullable(z.array(z.string())),
      canWrite: z.nullable(z.boolean()),
    }),
    unreadable: describe(
      z.array(
        z.strictObject({
          list: z.enum(['trades', 'crossFills', 'isolatedFees', 'crossFees']),
          id: z.nullable(z.string()),
          field: z.string(),
          problem: z.string(),
        }),
      ),
      'Rows that can not be read; they are in no other list',
    ),
  }
}

/** Strict schema of the document of `axisor history --json`, newest first. */
export function historyDocumentSchema() {
  return z.strictObject({
    ...head(),
    trades: z.array(
      z.strictObject({
        id: z.string(),
        side: z.enum(['long', 'short']),
        quantityUsd: z.number(),
        entryPriceUsd: z.nullable(z.number()),
        exitPriceUsd: z.nullable(z.number()),
        plSats: describe(sats(), 'Gross of fees and funding'),
        openingFeeSats: sats(),
        closingFeeSats: sats(),
        openedAt: z.nullable(time()),
        closedAt: time(),
      }),
    ),
    crossFills: z.nullable(
      z.array(
        z.strictObject({
          id: z.string(),
          side: z.enum(['buy', 'sell']),
          quantityUsd: z.number(),
          priceUsd: z.number(),
          feeSats: sats(),
          plSats: describe(satsOrNull(), 'Replayed; null if unknown'),
          filledAt: time(),
        }),
      ),
    ),
    crossPlSats: satsOrNull(),
    crossUnknownReason: z.nullable(z.string()),
    fundingFeesSats: describe(satsOrNull(), 'Positive = paid'),
    netPlSats: satsOrNull(),
    netUnknownReason: z.nullable(z.string()),
  })
}

/** Strict schema of the document of `axisor funding --json`, newest first. */
export function fundingDocumentSchema() {
  return z.strictObject({
    ...head(),
    fees: z.array(
      z.strictObject({
        settlementId: z.string(),
        mode: z.enum(['isolated', 'cross']),
        tradeId: z.nullable(z.string()),
        at: time(),
        feeSats: describe(sats(), 'Positive = paid'),
      }),
    ),
  })
}

/** The JSON Schemas of the listings of trades and funding. */
export const listingJsonSchemas = {
  history: () => jsonSchemaOf(historyDocumentSchema(), 'axisor history 1'),
  funding: () => jsonSchemaOf(fundingDocumentSchema(), 'axisor funding 1'),
} as const
