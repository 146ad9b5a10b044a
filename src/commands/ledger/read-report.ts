import { type Report, ReportBuilder, type ReportInput } from '../../ledger/report.ts'
import { BOOKED_FIELDS, type FundingRow } from '../../ledger/rows.ts'
import type { Ledger } from '../../ports/ledger.ts'

/** Makes the report of a ledger. */
export async function readReport(
  ledger: Ledger,
  range: Pick<ReportInput, 'from' | 'to' | 'by' | 'zone'>,
): Promise<Report> {
  const crossFunding: FundingRow[] = []
  await ledger.scan('funding', fee => {
    if (fee.mode === 'cross') crossFunding.push(fee)
  })
  const builder = new ReportBuilder({
    ...range,
    crossFunding,
    fills: await ledger.read('fills'),
    transfers: await ledger.read('transfers'),
    deposits: await ledger.read('deposits'),
    withdrawals: await ledger.read('withdrawals'),
    settlements: await ledger.read('settlements'),
    prices: await ledger.read('prices'),
    samples: await ledger.read('samples'),
    routes: await ledger.routes(),
  })
  await ledger.scan('trades', trade => builder.addTrade(trade), BOOKED_FIELDS)
  await ledger.scan('funding', fee => builder.addFunding(fee))
  return builder.report()
}
