import * as z from 'zod/mini'
import type { ErrorCode } from '../../domain/error.ts'
import { BOUNDS, sats } from '../../domain/units.ts'
import { satsField } from '../lnm/fields.ts'

/** The last millisecond of the year 9999. */
const MAX_MS = 253_402_300_799_999

/** A time in ms since 1970. The limit keeps it a valid date after any clock offset is added. */
export const timeField = z.number().check(z.nonnegative(), z.maximum(MAX_MS))

/** Offset between two clocks in ms. */
export const offsetField = z.number().check(z.minimum(-MAX_MS), z.maximum(MAX_MS))

/** Amount reserved for an order in sats: margin plus maintenance margin, hence twice the bounds of one amount. */
export const reservedField = z.pipe(
  z.int().check(z.minimum(-2 * BOUNDS.mostSats), z.maximum(2 * BOUNDS.mostSats)),
  z.transform(sats),
)

/** Sats or null, but not absent. */
export const nullableSats = z.nullable(satsField)

/** A duration of at most one day in ms: a longer delay would keep a client disconnected. */
export const durationField = z.number().check(z.nonnegative(), z.maximum(86_400_000))

/** Null if absent: an earlier version does not send the field. */
export function absentAsNull<T>(value: z.ZodMiniType<T>): z.ZodMiniType<T | null> {
  return z.pipe(
    z.nullish(value),
    z.transform(decoded => decoded ?? null),
  )
}

const CODES = {
  usage: true,
  config: true,
  'no-credentials': true,
  'key-refused': true,
  'key-may-write': true,
  'missing-permission': true,
  unreachable: true,
  tls: true,
  timeout: true,
  'connection-lost': true,
  silence: true,
  unreadable: true,
  'rate-limited': true,
  unavailable: true,
  refused: true,
} as const satisfies Readonly<Record<ErrorCode, true>>

/** Machine-readable kind of an error. */
export const codeField = z.enum(Object.keys(CODES) as ErrorCode[])
