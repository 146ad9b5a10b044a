import * as z from 'zod/mini'
import {
  count,
  describe,
  fractionOrUnknown,
  orNull,
  priceOrUnknown,
  satsOrUnknown,
} from './document-fields.ts'
import { jsonSchemaOf } from './json-schema.ts'
import { knownPrice, planHead } from './plan-fields.ts'

function totals() {
  return z.strictObject({
    equitySats: satsOrUnknown('Equity at closing prices, before closing fees'),
    equityUsd: orNull(z.number(), 'Equity at the index price, in USD'),
    equityUnknownReason: orNull(z.string(), 'Why equitySats is null'),
    freeSats: satsOrUnknown('Free balance'),
    marginSats: satsOrUnknown('Margin of isolated trades plus the cross margin account'),
    unrealizedPlSats: satsOrUnknown('Unrealized P&L of the open positions, before fees'),
    positionCount: orNull(count(), 'Number of open positions'),
  })
}

function position() {
  return z.strictObject({
    id: z.string(),
    mode: z.enum(['isolated', 'cross']),
    side: z.enum(['long', 'short']),
    quantityUsd: describe(z.number().check(z.positive()), 'Always positive; `side` is the direction'),
    entryPriceUsd: priceOrUnknown('Entry price that P&L counts from'),
    markPriceUsd: priceOrUnknown('Closing price: bid (long) or ask (short) for the size'),
    plSats: satsOrUnknown('P&L before fees; of a liquidated position its loss'),
    liquidationPriceUsd: priceOrUnknown('Liquidation price as reported by the exchange'),
    liquidationDistance: fractionOrUnknown(
      'Distance from that closing price to liquidation; negative beyond it',
    ),
    liquidated: orNull(z.boolean(), 'Whether it is liquidated on the way'),
    liquidationOrder: orNull(count(), '1 for the first position that is liquidated'),
    marginLeftSats: satsOrUnknown('What further losses may take until the liquidation; 0 once liquidated'),
    reachedLevel: orNull(
      z.enum(['stop-loss', 'take-profit']),
      'Stop that would have closed it on the way, before its liquidation; the figures leave that out',
    ),
    marginToAddSats: satsOrUnknown('Margin to add for wantedDistance; 0 if it is far enough'),
    marginToAddUnknownReason: orNull(z.string(), 'Why marginToAddSats is null'),
    unknownReason: orNull(z.string(), 'Why another value is null'),
    stale: describe(z.boolean(), 'True if the row or the prices are older than 30 s'),
  })
}

/** Strict schema of the document of `axisor whatif --json`. */
export function whatIfDocumentSchema() {
  return z.strictObject({
    ...planHead(),
    todayUsd: knownPrice("Today's price: the last price"),
    priceUsd: knownPrice('The other price'),
    move: describe(z.number(), "Move from today's price, as a fraction (-0.1 = 10% down)"),
    wantedDistance: describe(z.number(), 'Distance that marginToAddSats is for, as a fraction'),
    today: totals(),
    totals: totals(),
    liquidatedPlSats: satsOrUnknown('Loss of all liquidated positions, negative'),
    ordersOnWay: orNull(count(), 'Orders that would fill on the way; the figures leave them out'),
    positions: orNull(
      z.array(position()),
      'The liquidated first, in their order; then the nearest to liquidation. Null if unknown',
    ),
  })
}

export type WhatIfDocument = z.infer<ReturnType<typeof whatIfDocumentSchema>>

/** Returns the JSON Schema of the document of `axisor whatif --json`. */
export function whatIfJsonSchema(): Readonly<Record<string, unknown>> {
  return jsonSchemaOf(whatIfDocumentSchema(), 'axisor whatif 1')
}
