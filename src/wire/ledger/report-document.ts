import * as z from 'zod/mini'
import { describe, time } from '../document-fields.ts'
import { jsonSchemaOf } from '../json-schema.ts'
import { ledgerHead, satsOrNullField } from './document-head.ts'

function usdField(description: string) {
  return describe(
    z.nullable(z.number()),
    `${description}, in USD at the time of each event; null if a price is unknown`,
  )
}

/** The figures of one period. */
function figures() {
  return {
    from: describe(time(), 'Begin of the period'),
    to: describe(time(), 'End of the period, not included'),
    grossPlSats: satsOrNullField('Realized P&L before fees and funding'),
    feesSats: satsOrNullField('Trading fees'),
    fundingSats: satsOrNullField('Funding fees, positive = paid'),
    netPlSats: satsOrNullField('Realized P&L less fees and funding'),
    grossPlUsd: usdField('Realized P&L before fees and funding'),
    feesUsd: usdField('Trading fees'),
    fundingUsd: usdField('Funding fees, positive = paid'),
    netPlUsd: usdField('Realized P&L less fees and funding'),
    trades: describe(
      z.nullable(z.int()),
      'Closed isolated trades, and fills that reduced the cross position',
    ),
    wins: z.nullable(z.int()),
    losses: z.nullable(z.int()),
    winRate: describe(z.nullable(z.number()), 'wins / trades; null without trades'),
    averageWinSats: satsOrNullField('Average net result of the wins'),
    averageLossSats: satsOrNullField('Average net result of the losses, negative'),
    profitFactor: describe(
      z.nullable(z.number()),
      'Sum of the wins / sum of the losses; null without a loss',
    ),
    expectancySats: satsOrNullField('Average net result of all trades'),
    largestLossSats: satsOrNullField('Largest net loss of a trade, negative'),
    maxDrawdownSats: satsOrNullField('Largest fall of the equity, deposits and withdrawals taken out'),
    timeInMarket: describe(z.number(), 'Part of the period with a position, 0 to 1'),
    unknownReason: describe(z.nullable(z.string()), 'Why sums are unknown; null if they are known'),
  }
}

/** Strict schema of the document of `axisor report --json`. */
export function reportDocumentSchema() {
  return z.strictObject({
    ...ledgerHead(),
    by: z.enum(['day', 'week', 'month', 'year']),
    zone: describe(z.string(), 'Time zone of the periods'),
    periods: z.array(z.strictObject(figures())),
    total: z.strictObject(figures()),
  })
}

export type ReportDocument = z.infer<ReturnType<typeof reportDocumentSchema>>

/** Returns the JSON Schema of the report. */
export function reportJsonSchema(): Readonly<Record<string, unknown>> {
  return jsonSchemaOf(reportDocumentSchema(), 'axisor report 1')
}
