import * as z from 'zod/mini'
import { LEDGER_ROUTES } from '../../ledger/coverage.ts'
import { describe, time } from '../document-fields.ts'

/** Whole sats, signed. */
export function satsNumberField(description: string) {
  return describe(z.int(), `${description}, in sats`)
}

/** Whole sats, or null. */
export function satsOrNullField(description: string) {
  return describe(z.nullable(z.int()), `${description}, in sats; null if unknown`)
}

/** Fields that every document of the ledger begins with. */
export function ledgerHead() {
  return {
    schemaVersion: z.literal(1),
    asOf: describe(time(), 'When the document was made'),
    origin: describe(z.enum(['exchange', 'simulated']), 'simulated: no real money'),
    network: z.enum(['mainnet', 'signet', 'simulator']),
    source: describe(z.enum(['exchange', 'relay']), 'Where the rows were read from'),
    coverage: describe(
      z.array(
        z.strictObject({
          route: z.enum(LEDGER_ROUTES),
          from: describe(
            z.nullable(time()),
            'Complete from this time; null: from the first row, or not at all',
          ),
          to: describe(z.nullable(time()), 'Complete up to this time; null: nothing is complete'),
          reason: describe(z.nullable(z.string()), 'Why it is not complete; null if it is'),
        }),
      ),
      'How complete each listing is that the document is made from',
    ),
  }
}

/** The fields of `ledgerHead`, filled in. */
export interface LedgerHead {
  readonly schemaVersion: 1
  readonly asOf: string
  readonly origin: 'exchange' | 'simulated'
  readonly network: 'mainnet' | 'signet' | 'simulator'
  readonly source: 'exchange' | 'relay'
  readonly coverage: {
    readonly route: (typeof LEDGER_ROUTES)[number]
    readonly from: string | null
    readonly to: string | null
    readonly reason: string | null
  }[]
}
