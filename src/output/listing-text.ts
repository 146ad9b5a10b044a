import { formatNumber } from '../domain/format.ts'
import type { FundingDocument, HistoryDocument, UnreadableRowDocument } from '../wire/listing.ts'
import { keyRemarks } from './key-text.ts'

/** Formats an ISO time to the minute. */
export function minute(isoTime: string): string {
  return isoTime.slice(0, 16).replace('T', ' ')
}

/** Returns the sum of amounts in sats, or null if any is unknown. */
export function sumOrNull(amounts: readonly (number | null)[]): number | null {
  return amounts.reduce((sum, amount) => (sum === null || amount === null ? null : sum + amount), 0)
}

/** Formats an unreadable row as one line: `trades: row 1f0c…: pl is not a number`. */
export function unreadableLine({ list, id, field, problem }: UnreadableRowDocument): string {
  return `${list}: row ${id ?? 'without a readable id'}: ${field} ${problem}`
}

/** Returns the first lines of a listing: origin, number of rows and warnings. */
export function listingHeadLines(
  document: HistoryDocument | FundingDocument,
  count: number,
): readonly string[] {
  const simulated = document.origin === 'simulated' ? 'SIMULATED  ' : ''
  return [
    `${simulated}${document.network} · ${formatNumber(count)} since ${minute(document.since)} UTC`,
    ...keyRemarks(document.key.canWrite),
    ...document.unreadable.map(row => `!! UNREADABLE ${unreadableLine(row)}`),
  ]
}

/** Joins lines to a text. */
export function linesText(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`
}
