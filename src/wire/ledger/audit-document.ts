import * as z from 'zod/mini'
import { describe, time } from '../document-fields.ts'
import { jsonSchemaOf } from '../json-schema.ts'
import { ledgerHead, satsNumberField, satsOrNullField } from './document-head.ts'

function books() {
  return z.strictObject({
    depositsSats: satsOrNullField('Deposits that were credited'),
    withdrawalsSats: satsOrNullField('Withdrawals that did not fail'),
    withdrawalFeesSats: satsOrNullField('Fees of withdrawals'),
    grossPlSats: satsOrNullField('Realized P&L before fees and funding'),
    tradingFeesSats: satsOrNullField('Trading fees'),
    fundingSats: satsOrNullField('Funding fees, positive = paid'),
    swapsSats: satsOrNullField('Gains of sales of synthetic dollars over their cost'),
  })
}

/** Strict schema of the document of `axisor audit --json`. */
export function auditDocumentSchema() {
  return z.strictObject({
    ...ledgerHead(),
    balances: describe(z.nullable(z.boolean()), 'True if the rest is 0; null if it is unknown'),
    books: books(),
    expectedSats: satsOrNullField('What the books add up to'),
    held: z.strictObject({
      balanceSats: satsNumberField('Balance'),
      isolatedSats: satsNumberField(
        'Margins, unspent reserves and reservations of isolated trades and orders',
      ),
      crossMarginSats: satsNumberField('Cross margin'),
      syntheticCostSats: satsNumberField('Synthetic dollars at cost'),
      totalSats: satsNumberField('Sum of the four'),
    }),
    restSats: satsOrNullField('Funds less books'),
    unknownReason: describe(z.nullable(z.string()), 'Why the rest is unknown'),
    firstWrongDay: describe(
      z.nullable(z.string()),
      'UTC day; null if the books balance, or if the day is unknown',
    ),
    findings: z.array(
      z.strictObject({
        kind: z.string(),
        sats: satsOrNullField('How much of the rest it explains'),
        from: describe(z.nullable(time()), 'After this time; null: since the first record'),
        to: describe(z.nullable(time()), 'Up to this time; null: unknown'),
        records: describe(z.array(z.string()), 'Ids; empty if the record is missing'),
        text: z.string(),
      }),
    ),
    days: z.array(
      z.strictObject({
        day: describe(z.string(), 'UTC'),
        books: books(),
        changeSats: satsOrNullField('What the books added to the funds'),
        restSats: satsOrNullField('Funds less books at the last sample of the day'),
      }),
    ),
  })
}

export type AuditDocument = z.infer<ReturnType<typeof auditDocumentSchema>>

/** Returns the JSON Schema of the audit. */
export function auditJsonSchema(): Readonly<Record<string, unknown>> {
  return jsonSchemaOf(auditDocumentSchema(), 'axisor audit 1')
}
