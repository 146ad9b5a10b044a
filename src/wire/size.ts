import * as z from 'zod/mini'
import { count, describe, orNull, priceOrUnknown, satsOrUnknown } from './document-fields.ts'
import { jsonSchemaOf } from './json-schema.ts'
import { knownPrice, planHead } from './plan-fields.ts'

const sats = (description: string) => describe(z.int(), `${description}, in sats`)
const fraction = (description: string) => describe(z.number(), `${description}, as a fraction (0.01 = 1%)`)

/** Strict schema of the document of `axisor size --json`. */
export function sizeDocumentSchema() {
  return z.strictObject({
    ...planHead(),
    side: z.enum(['long', 'short']),
    quantityUsd: describe(count(), 'Whole USD of a new isolated trade'),
    entryPriceUsd: knownPrice('Price that opens it: the limit, or ask (long) or bid (short) for the size'),
    stopPriceUsd: knownPrice('Price of the stop-loss'),
    equitySats: sats('Equity'),
    riskFraction: fraction('Part of the equity that the stop may cost'),
    riskSats: sats('What the stop may cost'),
    lossAtStopSats: sats('Loss at the stop with both fees, positive; slippage is not included'),
    feeRate: fraction('Fee of a fill; the highest if the fee tier is unknown'),
    openingFeeSats: sats('Opening fee'),
    closingFeeSats: sats('Closing fee at the stop'),
    leverage: describe(z.number(), 'As given, else mostLeverage, else 1'),
    leastLeverage: orNull(count(), 'Least whole leverage that the free balance covers; null if none does'),
    mostLeverage: orNull(
      count(),
      'Highest whole leverage that is not liquidated before the stop; null if there is none',
    ),
    marginSats: sats('Margin'),
    reserveSats: sats('Reserved for both fees, beside the margin'),
    freeSats: satsOrUnknown('Free balance'),
    liquidationPriceUsd: priceOrUnknown('Liquidation price; null for a short at 1x, which has none'),
    lossAtLiquidationSats: satsOrUnknown(
      'Loss of a liquidation with both fees, positive; null if there is none',
    ),
    warnings: describe(
      z.array(
        z.strictObject({
          code: z.enum(['liquidation-before-stop', 'balance-too-small', 'above-trade-limit']),
          message: z.string(),
        }),
      ),
      'Why the trade must not be opened as it is',
    ),
  })
}

export type SizeDocument = z.infer<ReturnType<typeof sizeDocumentSchema>>

/** Returns the JSON Schema of the document of `axisor size --json`. */
export function sizeJsonSchema(): Readonly<Record<string, unknown>> {
  return jsonSchemaOf(sizeDocumentSchema(), 'axisor size 1')
}
