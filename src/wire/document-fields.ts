import * as z from 'zod/mini'

/** Adds what the JSON type leaves open to a field: unit, sign, meaning. */
export function describe<T extends z.ZodMiniType>(type: T, description: string): T {
  return type.check(z.describe(description)) as T
}

/** A field that is null in some cases. */
export const orNull = <T extends z.ZodMiniType>(type: T, description: string) =>
  describe(z.nullable(type), description)

/** Whole sats, signed; null if unknown. */
export const satsOrUnknown = (description: string) => orNull(z.int(), `${description}, in sats`)

/** A price; null if unknown. */
export const priceOrUnknown = (description: string) => orNull(z.number(), `${description}, in USD per BTC`)

/** A fraction; null if unknown. */
export const fractionOrUnknown = (description: string) =>
  orNull(z.number(), `${description}, as a fraction (0.01 = 1%)`)

/** A whole number from 0. */
export const count = () => z.int().check(z.nonnegative())

/** A time: ISO 8601 UTC with milliseconds. */
export const time = () => z.iso.datetime({ precision: 3 })
