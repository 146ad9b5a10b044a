import type { infer as TypeOf, ZodMiniType } from 'zod/mini'
import type {
  accountSchema,
  alertSchema,
  hopSchema,
  marketSchema,
  orderSchema,
  positionSchema,
  snapshotSchema,
  sourceSchema,
  totalsSchema,
} from './snapshot-schema.ts'

// The schema is imported as a type alone: writing a document must not load zod.

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T

type DocumentOf<Schema extends () => ZodMiniType> = DeepReadonly<TypeOf<ReturnType<Schema>>>

/**
 * The document of `axisor snapshot --json`, field for field and in this order. Units are in the names, sats are integers,
 * rates are fractions, times ISO 8601 UTC with milliseconds. Null: not known (yet), never 0.
 */
export type SnapshotDocument = DocumentOf<typeof snapshotSchema>

/** The connection and the age of what came over it. */
export type SourceDocument = DocumentOf<typeof sourceSchema>

/** One link on the way from the relay to the exchange, as the relay tells it. */
export type HopDocument = DocumentOf<typeof hopSchema>

/** Where the market stands; bid and ask are those of the smallest size. */
export type MarketDocument = DocumentOf<typeof marketSchema>

/** The account as the exchange tells it. */
export type AccountDocument = DocumentOf<typeof accountSchema>

/** Sums over everything that is open; null as soon as a part of a sum is not known. */
export type TotalsDocument = DocumentOf<typeof totalsSchema>

/** One open position, valued at the price at which it would be closed. */
export type PositionDocument = DocumentOf<typeof positionSchema>

/** One order that waits for its price. */
export type OrderDocument = DocumentOf<typeof orderSchema>

/** One thing that a trader must know now. */
export type AlertDocument = DocumentOf<typeof alertSchema>

/** A document, whole or some of its fields, as one line of JSON without the line's end. */
export function encodeSnapshot(document: Partial<SnapshotDocument>): string {
  return JSON.stringify(document)
}
