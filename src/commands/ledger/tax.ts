import { EXIT } from '../../domain/error.ts'
import { type TaxLayout, taxCsv, taxEventsOf } from '../../output/ledger/tax.ts'
import type { TaxDocument } from '../../wire/ledger/tax-document.ts'
import type { LedgerOutput } from './run-ledger-command.ts'

/** Lays out one row per realized event. */
export function taxOutput(document: TaxDocument, layout: TaxLayout): LedgerOutput {
  const events = taxEventsOf(document)
  const unknown = events.filter(({ sats, feeSats }) => sats === null || feeSats === null).length
  return {
    text: taxCsv(events, layout),
    exitCode: unknown === 0 ? EXIT.done : EXIT.unreadable,
    remarks: [
      ...(unknown === 0 ? [] : [`${unknown} rows have an unknown amount, which is empty`]),
      ...(layout === 'axisor'
        ? []
        : [`the layout of ${layout} was not tried with the service: check what it imports`]),
    ],
  }
}
