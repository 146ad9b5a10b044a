import * as z from 'zod/mini'
import { describe, time } from '../document-fields.ts'
import { ledgerHead, satsOrNullField } from './document-head.ts'

/** Strict schema of the events that `axisor report --tax` lays out, oldest first. A relay sends it. */
export function taxDocumentSchema() {
  return z.strictObject({
    ...ledgerHead(),
    from: describe(z.nullable(time()), 'Begin of the range; null: the first row'),
    to: describe(time(), 'End of the range'),
    rows: z.array(
      z.strictObject({
        at: time(),
        kind: z.enum(['trade', 'cross-fill', 'funding', 'fee', 'deposit', 'withdrawal', 'swap']),
        id: z.string(),
        sats: satsOrNullField('Change of the funds without the fee'),
        feeSats: satsOrNullField('Fee, positive'),
        dollars: describe(
          z.nullable(z.number()),
          'Synthetic dollars bought (positive) or sold of a swap, in the unit of the exchange',
        ),
        priceUsd: z.nullable(z.number()),
      }),
    ),
  })
}

export type TaxDocument = z.infer<ReturnType<typeof taxDocumentSchema>>
