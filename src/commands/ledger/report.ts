import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { Zone } from '../../ledger/periods.ts'
import { REPORT_ROUTES, type Report, ReportBuilder, type ReportInput } from '../../ledger/report.ts'
import type { FundingRow } from '../../ledger/rows.ts'
import { reportCsv, reportDocument, reportText } from '../../output/ledger/report.ts'
import type { Ledger } from '../../ports/ledger.ts'
import { timeRangeOf } from '../time-range.ts'
import type { AccountLedger, LedgerContext } from './open-account-ledger.ts'
import type { ReportOptions } from './options.ts'
import { type LedgerOutput, runLedgerCommand } from './run-ledger-command.ts'
import { taxOutput } from './tax.ts'

/** Prints what was made and what it cost, by period; with `--tax` one row per realized event. */
export async function report(options: ReportOptions, context: LedgerContext): Promise<ExitCode> {
  const { by, zone: zoneName, lookbackMs, from, to, tax } = options
  const zone = new Zone(zoneName)
  const { clock } = context
  const range = timeRangeOf({ lookbackMs, from, to }, zone, clock.toWall(clock.nowMs()))
  if (tax !== null && options.json)
    throw new AxisorError('usage', '--tax and --json exclude each other', { hint: '--tax prints CSV.' })
  return runLedgerCommand(options, context, async (opened, format, width): Promise<LedgerOutput> => {
    await syncForReport(opened)
    const { ledger } = opened
    if (tax !== null) return taxOutput(opened, tax, range)
    const result = await readReport(ledger, { ...range, by, zone })
    const document = reportDocument(result, { by, zone: zoneName }, await opened.facts())
    const text =
      format === 'csv'
        ? reportCsv(document)
        : format === 'text'
          ? reportText(document, width, at => dayIn(zone, at))
          : `${JSON.stringify(document)}\n`
    return {
      text,
      exitCode: document.total.unknownReason === null ? EXIT.done : EXIT.unreadable,
      remarks:
        document.total.unknownReason === null ? [] : [`sums are unknown: ${document.total.unknownReason}`],
    }
  })
}

/** Reads what is new, with the running trades: their opening fees are part of the report. Without them if the key may not read all. */
async function syncForReport({ sync }: AccountLedger): Promise<void> {
  try {
    await sync.settle()
  } catch (error) {
    if (!(error instanceof AxisorError) || error.code !== 'missing-permission') throw error
    await sync.update([
      ...REPORT_ROUTES,
      'depositsLightning',
      'depositsOnChain',
      'withdrawalsLightning',
      'withdrawalsOnChain',
      'swaps',
    ])
  }
}

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
  await ledger.scan('trades', trade => builder.addTrade(trade))
  await ledger.scan('funding', fee => builder.addFunding(fee))
  return builder.report()
}

function dayIn(zone: Zone, at: string): string {
  return new Date(zone.local(Date.parse(at))).toISOString().slice(0, 10)
}
