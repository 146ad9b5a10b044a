import type { infer as TypeOf, ZodMiniType } from 'zod/mini'
import type { alertDocumentSchema, recentAlertDocumentSchema } from './alert-schema.ts'
import type {
  accountDocumentSchema,
  hopDocumentSchema,
  marketDocumentSchema,
  orderDocumentSchema,
  partDocumentSchema,
  positionDocumentSchema,
  snapshotDocumentSchema,
  sourceDocumentSchema,
  totalsDocumentSchema,
} from './snapshot-schema.ts'

// The schema is imported as a type alone: writing a document must not load zod.

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T

type DocumentOf<Schema extends () => ZodMiniType> = DeepReadonly<TypeOf<ReturnType<Schema>>>

/**
 * The document of `axisor snapshot --json`, with its fields in this order. Names include units. Sats are integers, rates are fractions,
 * times are ISO 8601 UTC with milliseconds. Unknown values are null, never 0.
 */
export type SnapshotDocument = DocumentOf<typeof snapshotDocumentSchema>

/** State of the connection and age of the data. */
export type SourceDocument = DocumentOf<typeof sourceDocumentSchema>

/** One connection between the relay and the exchange, as reported by the relay. */
export type HopDocument = DocumentOf<typeof hopDocumentSchema>

/** How the reads of one part went. */
export type PartDocument = DocumentOf<typeof partDocumentSchema>

/** Prices and funding. Bid and ask are for the smallest size. */
export type MarketDocument = DocumentOf<typeof marketDocumentSchema>

/** The account as reported by the exchange. */
export type AccountDocument = DocumentOf<typeof accountDocumentSchema>

/** Totals. A total is null if any part of it is unknown. */
export type TotalsDocument = DocumentOf<typeof totalsDocumentSchema>

/** One open position, valued at its closing price. */
export type PositionDocument = DocumentOf<typeof positionDocumentSchema>

/** One open order. */
export type OrderDocument = DocumentOf<typeof orderDocumentSchema>

/** One active alert. */
export type AlertDocument = DocumentOf<typeof alertDocumentSchema>

/** One alert that has ended. */
export type RecentAlertDocument = DocumentOf<typeof recentAlertDocumentSchema>

/** Encodes a document, or some of its fields, as one line of JSON without the final line feed. */
export function encodeSnapshot(document: Partial<SnapshotDocument>): string {
  return JSON.stringify(document)
}
