import * as z from 'zod/mini'
import { describe, time } from '../document-fields.ts'
import { jsonSchemaOf } from '../json-schema.ts'
import { ledgerHead, satsNumberField, satsOrNullField } from './document-head.ts'

/** Strict schema of the document of `axisor story --json`. */
export function storyDocumentSchema() {
  return z.strictObject({
    ...ledgerHead(),
    mode: z.enum(['isolated', 'cross']),
    id: describe(z.string(), 'Of the trade, or of the fill that opened the cross position'),
    state: z.enum(['open', 'running', 'closed', 'canceled']),
    side: z.enum(['long', 'short']),
    quantityUsd: describe(z.number(), 'Of a cross position, the largest'),
    cause: describe(
      z.nullable(z.enum(['liquidated', 'stop-loss', 'take-profit', 'closed', 'canceled', 'reversed'])),
      'Why it ended, as price and levels show; null if it has not',
    ),
    grossPlSats: satsOrNullField('Realized P&L with what was cashed in, before fees and funding'),
    feesSats: satsNumberField('Trading fees'),
    fundingSats: satsOrNullField('Funding fees, positive = paid'),
    netPlSats: satsOrNullField('Realized P&L less fees and funding'),
    events: z.array(
      z.strictObject({
        kind: z.string(),
        at: describe(time(), 'When; with `seenFrom`, the later of two reads'),
        seenFrom: describe(
          z.nullable(time()),
          'The earlier of the two reads between which it happened; null if `at` is exact',
        ),
        priceUsd: describe(
          z.nullable(z.number()),
          'Of the fill, the fixing, or the close of the minute; null if unknown',
        ),
        plSats: satsOrNullField('P&L of the open position at that price; of the end, the realized one'),
        unknownReason: describe(
          z.nullable(z.string()),
          'Why plSats is null; null if it is known, or without a position',
        ),
        sats: satsOrNullField('Fee, funding (positive = paid), added margin or transfer'),
        text: z.string(),
      }),
    ),
  })
}

export type StoryDocument = z.infer<ReturnType<typeof storyDocumentSchema>>

/** Returns the JSON Schema of the story. */
export function storyJsonSchema(): Readonly<Record<string, unknown>> {
  return jsonSchemaOf(storyDocumentSchema(), 'axisor story 1')
}
