import * as z from 'zod/mini'
import type { Side } from '../../domain/position.ts'
import { BOUNDS, sats, usd } from '../../domain/units.ts'

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/

const amount = z.int().check(z.minimum(-BOUNDS.mostSats), z.maximum(BOUNDS.mostSats))
const price = z.number().check(z.minimum(BOUNDS.leastPriceUsd), z.maximum(BOUNDS.mostPriceUsd))

/** A whole number of sats; a fraction is a fault, as no amount of sats has one. */
export const satsField = z.pipe(amount, z.transform(sats))

/** Sats that the exchange may leave out or send as null: our null. */
export const satsOrNull = z.pipe(
  z.nullish(amount),
  z.transform(value => (value == null ? null : sats(value))),
)

/** A price in USD per BTC. Zero and less are faults. */
export const priceField = z.pipe(price, z.transform(usd))

/** A price that may be absent or null: our null. */
export const priceOrNull = z.pipe(
  z.nullish(price),
  z.transform(value => (value == null ? null : usd(value))),
)

/** A price where the exchange writes 0 for "not set" (stop-loss, take-profit, a liquidation that can't happen): our null. */
export const levelField = z.pipe(
  z.nullable(z.number().check(z.nonnegative())),
  z.transform(value => (value === null || value === 0 ? null : usd(value))),
)

/** A rate as a fraction, or null. */
export const rateOrNull = z.nullable(z.number())

/** REST writes times as ISO 8601 with a zone; ours are milliseconds since 1970. */
export const isoTime = z.pipe(
  z.string(),
  z.transform((text: string, context) => {
    const ms = ISO.test(text) ? Date.parse(text) : Number.NaN
    if (!Number.isNaN(ms)) return ms
    context.issues.push({ code: 'custom', message: 'is not a time', input: text })
    return z.NEVER
  }),
)

/** The last moment that a date can name. */
const LAST_MS = 8_640_000_000_000_000

/** The stream writes times as milliseconds since 1970. */
export const msTime = z.int().check(z.nonnegative(), z.maximum(LAST_MS))

/** A stream time that may be absent or null. */
export const msTimeOrNull = z.pipe(
  z.nullish(msTime),
  z.transform(value => value ?? null),
)

/** `buy` is long, `sell` is short. */
export const sideField = z.pipe(
  z.enum(['buy', 'sell']),
  z.transform((side): Side => (side === 'buy' ? 'long' : 'short')),
)

/** A quantity in whole USD, without a sign. */
export const quantityField = z.int().check(z.positive(), z.maximum(BOUNDS.mostQuantityUsd))

/** A quantity in whole USD whose sign is its side: negative is short, 0 is none. */
export const signedQuantityField = z
  .int()
  .check(z.minimum(-BOUNDS.mostQuantityUsd), z.maximum(BOUNDS.mostQuantityUsd))
