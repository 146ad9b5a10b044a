import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { Zone } from '../../ledger/periods.ts'
import { reportCsv, reportText } from '../../output/ledger/report.ts'
import type { ReportDocument } from '../../wire/ledger/report-document.ts'
import { timeRangeOf } from '../time-range.ts'
import type { LedgerContext } from './open-account-ledger.ts'
import type { ReportOptions } from './options.ts'
import { type DocumentFormats, formatted, ledgerQuery, runLedgerCommand } from './run-ledger-command.ts'
import { taxOutput } from './tax.ts'

/** Prints what was made and what it cost, by period; with `--tax` one row per realized event. */
export async function report(options: ReportOptions, context: LedgerContext): Promise<ExitCode> {
  const { by, zone: zoneName, lookbackMs, from, to, tax } = options
  const zone = new Zone(zoneName)
  const { clock } = context
  const range = timeRangeOf({ lookbackMs, from, to }, zone, clock.toWall(clock.nowMs()))
  if (tax !== null && options.json)
    throw new AxisorError('usage', '--tax and --json exclude each other', { hint: '--tax prints CSV.' })
  const query = ledgerQuery({ ...range, by, zone: zoneName })
  if (tax !== null)
    return runLedgerCommand(options, context, { name: 'tax-events', query }, document =>
      taxOutput(document, tax),
    )
  const formats: DocumentFormats<ReportDocument> = {
    text: (document, width) => reportText(document, width, at => dayIn(zone, at)),
    csv: reportCsv,
  }
  return runLedgerCommand(options, context, { name: 'report', query }, (document, format, width) => {
    const { unknownReason } = document.total
    return {
      text: formatted(document, formats, format, width),
      exitCode: unknownReason === null ? EXIT.done : EXIT.unreadable,
      remarks: unknownReason === null ? [] : [`sums are unknown: ${unknownReason}`],
    }
  })
}

function dayIn(zone: Zone, at: string): string {
  return new Date(zone.local(Date.parse(at))).toISOString().slice(0, 10)
}
