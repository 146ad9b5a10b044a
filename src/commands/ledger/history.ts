import { EXIT, type ExitCode } from '../../domain/error.ts'
import { Zone } from '../../ledger/periods.ts'
import { fundingCsv, fundingText } from '../../output/ledger/funding.ts'
import { historyCsv, historyText } from '../../output/ledger/history.ts'
import { unreadableLine } from '../../output/ledger/range-head.ts'
import type { Clock } from '../../ports/clock.ts'
import type { FundingDocument, HistoryDocument } from '../../wire/ledger/history-documents.ts'
import type { LedgerDocuments } from '../../wire/relay/ledger-documents.ts'
import type { LedgerQuery } from '../../wire/relay/ledger-query.ts'
import { timeRangeOf } from '../time-range.ts'
import { DEFAULT_LOOKBACK_MS } from './history-documents.ts'
import type { LedgerContext } from './open-account-ledger.ts'
import type { ListingOptions } from './options.ts'
import { type DocumentFormats, formatted, ledgerQuery, runLedgerCommand } from './run-ledger-command.ts'

function queryOf({ lookbackMs, from, to, limit }: ListingOptions, clock: Clock): LedgerQuery {
  const now = clock.toWall(clock.nowMs())
  const range = timeRangeOf({ lookbackMs, from, to }, new Zone('UTC'), now)
  const start = range.from ?? Math.min(range.to, now) - DEFAULT_LOOKBACK_MS
  return ledgerQuery({ ...range, from: start, newest: limit })
}

type ListedDocument = HistoryDocument | FundingDocument

const MAX_NAMED_ROWS = 10

/** One line for each unreadable row, up to `MAX_NAMED_ROWS`. */
function unreadableRemarks({ unreadable }: ListedDocument): readonly string[] {
  const lines = unreadable.slice(0, MAX_NAMED_ROWS).map(unreadableLine)
  const more = unreadable.length - lines.length
  return [
    ...lines.map(line => `${line}; this row is not printed`),
    ...(more > 0 ? [`${more} more unreadable rows are not printed`] : []),
  ]
}

type ListingCommand = (options: ListingOptions, context: LedgerContext) => Promise<ExitCode>

function listingCommand<Name extends 'history' | 'funding'>(
  name: Name,
  formats: DocumentFormats<LedgerDocuments[Name]>,
): ListingCommand {
  return async (options, context) => {
    const query = queryOf(options, context.clock)
    return runLedgerCommand(options, context, { name, query }, (document, format, width) => ({
      text: formatted(document, formats, format, width),
      exitCode: document.unreadable.length === 0 ? EXIT.done : EXIT.unreadable,
      remarks: unreadableRemarks(document),
    }))
  }
}

/** Prints closed isolated trades and cross fills. */
export const history: ListingCommand = listingCommand('history', {
  text: historyText,
  csv: historyCsv,
})

/** Prints funding fees, isolated and cross. */
export const funding: ListingCommand = listingCommand('funding', {
  text: fundingText,
  csv: fundingCsv,
})
