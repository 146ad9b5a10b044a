import * as z from 'zod/mini'
import { BOUNDS, sats, usd } from '../../domain/units.ts'
import { satsField } from '../lnm/fields.ts'

/** The first and the last moment that a date can name are so far from 1970. */
const FARTHEST_MS = 8_640_000_000_000_000

/** A relay writes times as milliseconds since 1970. */
export const timeField = z.number().check(z.minimum(-FARTHEST_MS), z.maximum(FARTHEST_MS))

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
