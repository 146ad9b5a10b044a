import * as z from 'zod/mini'
import type { Side } from '../../domain/position.ts'
import { BOUNDS, sats, usd } from '../../domain/units.ts'

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/

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

/** A price level; null if null or 0. The exchange sends 0 for an unset stop-loss or take-profit, and for no liquidation price. */
export const levelOrNull = z.pipe(
  z.nullable(z.number().check(z.nonnegative())),
  z.transform(value => (value === null || value === 0 ? null : usd(value))),
)

/** A distance as a fraction of the price; null if absent, null or 0, which means unset. */
export const distanceOrNull = z.pipe(
  z.nullish(z.number().check(z.nonnegative())),
  z.transform(value => (value == null || value === 0 ? null : value)),
)

/** A rate as a fraction, or null. */
export const rateOrNull = z.nullable(z.number())

/** A REST time: ISO 8601 with a time zone, decoded to ms since 1970. */
export const isoTime = z.pipe(
  z.string(),
  z.transform((text: string, context) => {
    const ms = ISO.test(text) ? Date.parse(text) : Number.NaN
    if (!Number.isNaN(ms)) return ms
    context.issues.push({ code: 'custom', message: 'is not an ISO 8601 time', input: text })
    return z.NEVER
  }),
)

/** The maximum time value of a Date. */
const MAX_MS = 8_640_000_000_000_000

/** A stream time in ms since 1970. */
export const msTime = z.int().check(z.nonnegative(), z.maximum(MAX_MS))

/** A stream time in ms since 1970; null if absent or null. */
export const msTimeOrNull = z.pipe(
  z.nullish(msTime),
  z.transform(value => value ?? null),
)

/** The side: `buy` is long, `sell` is short. */
export const buySellField = z.pipe(
  z.enum(['buy', 'sell']),
  z.transform((side): Side => (side === 'buy' ? 'long' : 'short')),
)

/** An unsigned quantity in whole USD, not 0. */
export const quantityField = z.int().check(z.positive(), z.maximum(BOUNDS.mostQuantityUsd))

/** A signed quantity in whole USD: positive is long, negative is short, 0 is no position. */
export const signedQuantityField = z
  .int()
  .check(z.minimum(-BOUNDS.mostQuantityUsd), z.maximum(BOUNDS.mostQuantityUsd))
