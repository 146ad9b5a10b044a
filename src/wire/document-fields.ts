import * as z from 'zod/mini'

/** Adds what the JSON type leaves open to a field: unit, sign, meaning. */
export function describe<T extends z.ZodMiniType>(type: T, description: string): T {
  return type.check(z.describe(description)) as T
}

/** A field that is null in some cases. */
export const orNull = <T extends z.ZodMiniType>(type: T, description: string) =>
  describe(z.nullable(type), description)

/** A whole number from 0. */
export const count = () => z.int().check(z.nonnegative())

/** A time: ISO 8601 UTC with milliseconds. */
export const time = () => z.iso.datetime({ precision: 3 })
