import { AxisorError } from '../../domain/error.ts'
import { holeOf, LEDGER_ROUTES } from '../../ledger/coverage.ts'
import { minuteOf, walletPostings } from '../../ledger/postings.ts'
import { eventPrices } from '../../ledger/report.ts'
import { taxEvents } from '../../ledger/tax-events.ts'
import { taxDocument } from '../../output/ledger/tax.ts'
import type { TaxDocument } from '../../wire/ledger/tax-document.ts'
import type { LedgerQuery } from '../../wire/relay/ledger-query.ts'
import type { AccountLedger } from './open-account-ledger.ts'
import { readBookedRows } from './read-booked-rows.ts'
import { syncForReport } from './sync-for-report.ts'

/**
 * Reads what is new, and returns one row per realized event.
 * @throws AxisorError unreadable, if a listing is incomplete: a tax file must not have a hole
 */
export async function makeTaxEvents(opened: AccountLedger, { from, to }: LedgerQuery): Promise<TaxDocument> {
  await syncForReport(opened)
  const { ledger, sync, facts } = opened
  const range = { from, to }
  const routes = await ledger.routes()
  const hole = holeOf(routes, LEDGER_ROUTES, from)
  if (hole !== null) throw new AxisorError('unreadable', `the history is incomplete: ${hole}`)
  const rows = await readBookedRows(ledger)
  const moves = walletPostings(rows).filter(({ at }) => (from === null || at >= from) && at <= to)
  await sync.readPrices(moves.map(({ at }) => minuteOf(at)))
  const prices = eventPrices({
    settlements: await ledger.read('settlements'),
    prices: await ledger.read('prices'),
  })
  return taxDocument(taxEvents(rows, routes, prices, range), range, await facts())
}
