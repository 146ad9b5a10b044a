import * as z from 'zod/mini'
import type { Side } from '../../domain/position.ts'
import { BOUNDS, sats, usd } from '../../domain/units.ts'
import type { FieldFault } from '../validate.ts'
import { epochMs, isoMs, LEAST_SECONDS } from './epoch.ts'

const amount = z.int().check(z.minimum(-BOUNDS.mostSats), z.maximum(BOUNDS.mostSats))
const price = z.number().check(z.minimum(BOUNDS.leastPriceUsd), z.maximum(BOUNDS.mostPriceUsd))

/** An integer number of sats. A fraction is a fault. */
export const satsField = z.pipe(amount, z.transform(sats))

/** Sats; null if absent or null. */
export const satsOrNull = z.pipe(
  z.nullish(amount),
  z.transform(value => (value == null ? null : sats(value))),
)

/** A price in USD per BTC. Zero and negative prices are faults. */
export const priceField = z.pipe(price, z.transform(usd))

/** A price in USD per BTC; null if absent or null. */
export const priceOrNull = z.pipe(
  z.nullish(price),
  z.transform(value => (value == null ? null : usd(value))),
)

/** A level that is 0 or within the bounds: a position with a level beyond them would look safer than it is. */
const levelOrZero = z.number().check(
  z.maximum(BOUNDS.mostLevelUsd),
  z.refine(value => value === 0 || value >= BOUNDS.leastLevelUsd, 'is out of range'),
)

/** A price level. */
export const levelField = z.pipe(levelOrZero.check(z.minimum(BOUNDS.leastLevelUsd)), z.transform(usd))

/** A price level; null if null or 0. The exchange sends 0 for an unset stop-loss or take-profit, and for no liquidation price. */
export const levelOrNull = z.pipe(
  z.nullable(levelOrZero),
  z.transform(value => (value === null || value === 0 ? null : usd(value))),
)

/** A price level; null if 0, as in `levelOrNull`. */
export const levelUnlessZero = z.pipe(
  levelOrZero,
  z.transform(value => (value === 0 ? null : usd(value))),
)

/** A margin in sats. A negative one is a fault: it is part of the equity. */
export const marginField = z.pipe(
  z.int().check(z.nonnegative(), z.maximum(BOUNDS.mostSats)),
  z.transform(sats),
)

/** A distance as a fraction of the price. */
export const distanceField = z.number().check(z.positive(), z.maximum(BOUNDS.mostDistance))

/** A distance as a fraction of the price; null if 0, which means unset. */
export const distanceUnlessZero = z.pipe(
  z.number().check(z.nonnegative(), z.maximum(BOUNDS.mostDistance)),
  z.transform(value => (value === 0 ? null : value)),
)

/** Leverage of a position or of the cross margin account. */
export const leverageField = z.number().check(z.minimum(BOUNDS.leastLeverage), z.maximum(BOUNDS.mostLeverage))

/** A balance of synthetic dollars, in dollars or cents. */
export const syntheticUsdField = z
  .number()
  .check(z.minimum(-BOUNDS.mostSyntheticUsd), z.maximum(BOUNDS.mostSyntheticUsd))

/** A funding rate as a fraction. */
export const rateField = z
  .number()
  .check(z.minimum(-BOUNDS.mostFundingRate), z.maximum(BOUNDS.mostFundingRate))

/** `leastNumber` as of `epochMs`. */
function timeField(problem: string, leastNumber: number) {
  return z.pipe(
    z.union([z.string(), z.number()]),
    z.transform((value: string | number, context) => {
      const ms = typeof value === 'string' ? isoMs(value) : epochMs(value, leastNumber)
      if (ms !== null) return ms
      context.issues.push({ code: 'custom', message: problem, input: value })
      return z.NEVER
    }),
  )
}

/** A REST time: ISO 8601, decoded to ms since 1970. A number is decoded as on the stream. */
export const isoTime = timeField('is not an ISO 8601 time', LEAST_SECONDS)

/** A stream time: ms since 1970. Other units and ISO 8601 are decoded as well. */
export const msTime = timeField('is not a time in ms', 1)

/** The names of the sides, in lower case: those of the exchange and those of positions. */
const SIDES: ReadonlyMap<string, Side> = new Map([
  ['buy', 'long'],
  ['sell', 'short'],
  ['long', 'long'],
  ['short', 'short'],
])

/** The side: `buy` is long, `sell` is short. Any other word is a fault: a guess would turn the sign of the P&L. */
export const buySellField = z.pipe(
  z.string(),
  z.transform((name, context): Side => {
    const side = SIDES.get(name.toLowerCase())
    if (side !== undefined) return side
    context.issues.push({ code: 'custom', message: 'has an unknown value', input: name })
    return z.NEVER
  }),
)

/** An unsigned quantity in whole USD, not 0. */
export const quantityField = z.int().check(z.positive(), z.maximum(BOUNDS.mostQuantityUsd))

/** An unsigned quantity in whole USD. The exchange may list a trade of quantity 0 for a moment after its close. */
export const unsignedQuantityField = z.int().check(z.nonnegative(), z.maximum(BOUNDS.mostQuantityUsd))

/** Returns why a row of quantity 0 has no effect; null for any other row. */
export function voidByQuantity({ quantity }: { readonly quantity: number }): FieldFault | null {
  return quantity === 0 ? { field: 'quantity', problem: 'is 0: the row has no effect' } : null
}

/** A signed quantity in whole USD: positive is long, negative is short, 0 is no position. */
export const signedQuantityField = z
  .int()
  .check(z.minimum(-BOUNDS.mostQuantityUsd), z.maximum(BOUNDS.mostQuantityUsd))
