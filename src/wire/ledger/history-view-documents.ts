import * as z from 'zod/mini'
import { CURVE_RANGES, type CurveRange } from '../../ledger/curve-buckets.ts'
import { RECENT_SPANS, type RecentSpan } from '../../ledger/recent-sums.ts'
import { count, describe, time } from '../document-fields.ts'
import { jsonSchemaOf } from '../json-schema.ts'
import { ledgerHead, satsNumberField, satsOrNullField } from './document-head.ts'

/** Most rows in one reply. */
export const MAX_HISTORY_ROWS = 500
/** The part of a failure that is no listing. */
export const EQUITY_SAMPLES = 'equity samples'
/** A hostile relay must not fill the memory. */
const MAX_INTERVALS = 1_000
const MAX_MARKS = 100_000
const MAX_FAILURES = 50

function sumSchema() {
  return z.strictObject({
    from: time(),
    netPlSats: satsOrNullField('Realized P&L less fees and funding'),
    grossPlSats: satsOrNullField('Realized P&L before fees and funding'),
    feesSats: satsOrNullField('Trading fees'),
    fundingSats: satsOrNullField('Funding fees, positive = paid'),
    trades: describe(z.nullable(count()), 'Closed trades, and fills that reduced the cross position'),
    wins: describe(z.nullable(count()), 'Those of them with a net P&L above 0'),
    unknownReason: describe(z.nullable(z.string()), 'Why all of them are null; null if they are known'),
  })
}

function curveSchema() {
  return z.strictObject({
    from: time(),
    to: time(),
    values: describe(
      z.array(z.nullable(z.int())).check(z.minLength(1), z.maxLength(MAX_INTERVALS)),
      'Equity in sats at the end of each of the equal intervals, oldest first, as if nothing had been deposited or withdrawn since the first one; null without a sample',
    ),
    marks: describe(
      z
        .array(
          z.strictObject({
            interval: describe(count(), 'Index in `values`'),
            at: time(),
            sats: satsNumberField('Positive = deposit, negative = withdrawal'),
          }),
        )
        .check(z.maxLength(MAX_MARKS)),
      'Deposits and withdrawals',
    ),
    drawdownSats: satsOrNullField('Largest fall from a peak'),
    changeSats: satsOrNullField('The last value less the first one'),
  })
}

function eachOf<Name extends string, T extends z.ZodMiniType>(names: readonly Name[], of: () => T) {
  return z.strictObject(Object.fromEntries(names.map(name => [name, of()])) as Record<Name, T>)
}

/** Strict schema of the figures of an account's history, which a relay sends to a dashboard. */
export function historySummarySchema() {
  return z.strictObject({
    ...ledgerHead(),
    sums: describe(
      eachOf<RecentSpan, ReturnType<typeof sumSchema>>(RECENT_SPANS, sumSchema),
      'Since the start of the UTC day, of its week (Monday) and of its month, and of the last 24 h, 7 and 30 days',
    ),
    curves: eachOf<CurveRange, ReturnType<typeof curveSchema>>(CURVE_RANGES, curveSchema),
    total: describe(count(), 'Closed trades and cross fills in the ledger'),
    oldestAt: describe(z.nullable(time()), 'Time of the oldest of them; null without one'),
    failures: describe(
      z.array(z.strictObject({ part: z.string(), message: z.string() })).check(z.maxLength(MAX_FAILURES)),
      'What could not be read for this document, and why',
    ),
  })
}

function rowSchema() {
  return z.strictObject({
    kind: z.enum(['trade', 'fill']),
    id: z.string(),
    at: describe(time(), 'Of the close, or of the fill'),
    side: describe(z.enum(['long', 'short']), 'Of a fill: long = bought'),
    quantityUsd: z.number(),
    entryPriceUsd: describe(z.nullable(z.number()), 'Null for a fill'),
    exitPriceUsd: describe(z.nullable(z.number()), 'Of a fill, its price'),
    grossPlSats: satsOrNullField('Realized P&L with what was cashed in, before fees and funding'),
    feesSats: satsNumberField('Trading fees'),
    fundingSats: satsOrNullField('Funding fees, positive = paid; null for a fill'),
    netPlSats: satsOrNullField('Realized P&L less fees and funding'),
    cause: describe(
      z.nullable(z.enum(['liquidated', 'stop-loss', 'take-profit', 'closed', 'canceled', 'reversed'])),
      'Why a trade ended, as price and levels show; null for a fill that is no liquidation',
    ),
  })
}

/** Strict schema of a part of the closed trades and cross fills. */
export function historyRowsSchema() {
  return z.strictObject({
    ...ledgerHead(),
    total: describe(count(), 'Rows of the whole list'),
    first: describe(count(), 'Index of the first row'),
    rows: describe(z.array(rowSchema()).check(z.maxLength(MAX_HISTORY_ROWS)), 'Newest first'),
  })
}

export type HistorySummaryDocument = z.infer<ReturnType<typeof historySummarySchema>>

export type HistoryRowsDocument = z.infer<ReturnType<typeof historyRowsSchema>>

/** The JSON Schemas of the documents for a dashboard. */
export const historyViewJsonSchemas = {
  'history-summary': () => jsonSchemaOf(historySummarySchema(), 'axisor history-summary 1'),
  'history-rows': () => jsonSchemaOf(historyRowsSchema(), 'axisor history-rows 1'),
} as const
