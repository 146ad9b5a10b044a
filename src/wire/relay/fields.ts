import * as z from 'zod/mini'
import { BOUNDS, sats, usd } from '../../domain/units.ts'
import { satsField } from '../lnm/fields.ts'

/** The last millisecond of the year 9999. */
const LAST_MS = 253_402_300_799_999

/** A relay writes times as milliseconds since 1970. Moved by the difference of any two clocks, each is still a date. */
export const timeField = z.number().check(z.nonnegative(), z.maximum(LAST_MS))

/** How far two clocks are apart. */
export const offsetField = z.number().check(z.minimum(-LAST_MS), z.maximum(LAST_MS))

/** Set aside for an order: margin and maintenance margin together, each within the bounds of one amount. */
export const reservedField = z.pipe(
  z.int().check(z.minimum(-2 * BOUNDS.mostSats), z.maximum(2 * BOUNDS.mostSats)),
  z.transform(sats),
)

/** A price that may lie anywhere above nothing, such as the liquidation of a position that can hardly be liquidated. */
export const levelField = z.pipe(z.number().check(z.nonnegative()), z.transform(usd))

/** An amount that may be null, but not absent. */
export const satsOrNull = z.nullable(satsField)

/** How long a length of time may be: longer ones are nonsense that would put a client to sleep. */
export const durationField = z.number().check(z.nonnegative(), z.maximum(86_400_000))

/** What a person reads. */
export const wordsField = z.string().check(z.maxLength(1_000))
