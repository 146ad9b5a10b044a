import * as z from 'zod/mini'
import { describe, time } from '../document-fields.ts'
import { jsonSchemaOf } from '../json-schema.ts'
import { ledgerHead, satsNumberField, satsOrNullField } from './document-head.ts'

/** Fields of a listing with a range, besides its rows. */
function listingHead() {
  return {
    ...ledgerHead(),
    from: describe(z.nullable(time()), 'Begin of the range; null: the first row'),
    to: describe(time(), 'End of the range'),
    truncated: describe(z.boolean(), 'True if --limit left out older rows of the range'),
  }
}

const NETWORKS = ['lightning', 'on-chain'] as const

/** Strict schema of the document of `axisor deposits --json`, newest first. */
export function depositsDocumentSchema() {
  return z.strictObject({
    ...listingHead(),
    totalSats: satsOrNullField('Sum of the credited deposits of the range'),
    rows: z.array(
      z.strictObject({
        id: z.string(),
        network: z.enum(NETWORKS),
        status: describe(
          z.enum(['settled', 'unsettled', 'mempool', 'confirmed', 'irreversible']),
          'unsettled and mempool are not part of the balance',
        ),
        amountSats: satsNumberField('Amount'),
        createdAt: time(),
        settledAt: describe(z.nullable(time()), 'Null for an on-chain deposit, or if it was not paid'),
      }),
    ),
  })
}

/** Strict schema of the document of `axisor withdrawals --json`, newest first. */
export function withdrawalsDocumentSchema() {
  return z.strictObject({
    ...listingHead(),
    totalSats: satsOrNullField('Sum of the withdrawals of the range that did not fail, without their fees'),
    totalFeesSats: satsOrNullField('Sum of their fees'),
    rows: z.array(
      z.strictObject({
        id: z.string(),
        network: z.enum(NETWORKS),
        status: z.enum(['pending', 'processing', 'processed', 'failed', 'canceled', 'rejected']),
        amountSats: satsNumberField('Amount'),
        feeSats: satsOrNullField('Fee'),
        createdAt: time(),
      }),
    ),
  })
}

/** Strict schema of the document of `axisor swaps --json`, newest first. */
export function swapsDocumentSchema() {
  return z.strictObject({
    ...listingHead(),
    rows: z.array(
      z.strictObject({
        id: z.string(),
        at: time(),
        inAsset: z.enum(['BTC', 'USD']),
        inAmount: describe(z.number(), 'Sats, or synthetic dollars in the unit of the exchange'),
        outAsset: z.enum(['BTC', 'USD']),
        outAmount: z.number(),
      }),
    ),
  })
}

export type DepositsDocument = z.infer<ReturnType<typeof depositsDocumentSchema>>

export type WithdrawalsDocument = z.infer<ReturnType<typeof withdrawalsDocumentSchema>>

export type SwapsDocument = z.infer<ReturnType<typeof swapsDocumentSchema>>

/** The JSON Schemas of the documents of the wallet. */
export const walletJsonSchemas = {
  deposits: () => jsonSchemaOf(depositsDocumentSchema(), 'axisor deposits 1'),
  withdrawals: () => jsonSchemaOf(withdrawalsDocumentSchema(), 'axisor withdrawals 1'),
  swaps: () => jsonSchemaOf(swapsDocumentSchema(), 'axisor swaps 1'),
} as const
