import { AxisorError, EXIT } from '../../domain/error.ts'
import { holeOf, LEDGER_ROUTES } from '../../ledger/coverage.ts'
import { minuteOf, walletPostings } from '../../ledger/postings.ts'
import { eventPrices } from '../../ledger/report.ts'
import { taxEvents } from '../../ledger/tax-events.ts'
import { type TaxLayout, taxCsv } from '../../output/ledger/tax.ts'
import type { TimeRange } from '../time-range.ts'
import { type AccountLedger, readBookedRows } from './open-account-ledger.ts'
import type { LedgerOutput } from './run-ledger-command.ts'

/**
 * Returns one row per realized event.
 * @throws AxisorError unreadable, if a listing is incomplete: a tax file must not have a hole
 */
export async function taxOutput(
  { ledger, sync }: Pick<AccountLedger, 'ledger' | 'sync'>,
  layout: TaxLayout,
  range: TimeRange,
): Promise<LedgerOutput> {
  const routes = await ledger.routes()
  const hole = holeOf(routes, LEDGER_ROUTES, range.from)
  if (hole !== null) throw new AxisorError('unreadable', `the history is incomplete: ${hole}`)
  const rows = await readBookedRows(ledger)
  const moves = walletPostings(rows).filter(
    ({ at }) => (range.from === null || at >= range.from) && at <= range.to,
  )
  await sync.readPrices(moves.map(({ at }) => minuteOf(at)))
  const prices = eventPrices({
    settlements: await ledger.read('settlements'),
    prices: await ledger.read('prices'),
  })
  const events = taxEvents(rows, routes, prices, range)
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
