import * as z from 'zod/mini'
import { describe, orNull, time } from './document-fields.ts'

/** A known price. */
export const knownPrice = (description: string) => describe(z.number(), `${description}, in USD per BTC`)

/** Fields that the documents of `whatif` and `size` begin with. */
export function planHead() {
  return {
    schemaVersion: z.literal(1),
    asOf: describe(time(), 'Time of this document'),
    origin: orNull(z.enum(['exchange', 'simulated']), 'simulated: no real money'),
    network: z.nullable(z.enum(['mainnet', 'signet', 'simulator'])),
    key: z.strictObject({
      permissions: orNull(z.array(z.string()), 'Permissions of the API key; null if unknown'),
      canWrite: orNull(z.boolean(), 'True if the API key may do more than read; null if unknown'),
    }),
    stale: describe(z.boolean(), 'True if data is older than 30 s or missing: do not act on it'),
    problems: describe(z.array(z.string()), 'Parts that are not read as they should be, one sentence each'),
  }
}

/** The fields of `planHead`, filled in. */
export interface PlanHead {
  readonly schemaVersion: 1
  readonly asOf: string
  readonly origin: 'exchange' | 'simulated' | null
  readonly network: 'mainnet' | 'signet' | 'simulator' | null
  readonly key: { readonly permissions: string[] | null; readonly canWrite: boolean | null }
  readonly stale: boolean
  readonly problems: string[]
}
