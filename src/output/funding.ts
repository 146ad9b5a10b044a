import { formatSigned, shortId } from '../domain/format.ts'
import { sanitize } from '../domain/sanitize.ts'
import type { FundingFee } from '../domain/snapshot.ts'
import type { FundingDocument, FundingFeeDocument } from '../wire/listing.ts'
import { toCsv } from './csv-text.ts'
import { linesText, listingHeadLines, minute, sumOrNull } from './listing-text.ts'
import { iso } from './numbers.ts'
import { type TableColumn, tableLines } from './table.ts'

/** Converts a funding fee for the document. */
export function fundingFeeDocument(fee: FundingFee, mode: 'isolated' | 'cross'): FundingFeeDocument {
  return {
    settlementId: fee.settlementId,
    mode,
    tradeId: fee.tradeId,
    at: iso(fee.at),
    feeSats: fee.feeSats,
  }
}

const FEE_COLUMNS: readonly TableColumn<FundingFeeDocument>[] = [
  { title: 'SETTLED UTC', align: 'left', cell: row => minute(row.at) },
  { title: 'MODE', align: 'left', cell: row => (row.mode === 'cross' ? 'X' : 'iso') },
  { title: 'sat', align: 'right', cell: row => formatSigned(0 - row.feeSats) },
  {
    title: 'TRADE',
    align: 'left',
    cell: row => (row.tradeId === null ? '—' : shortId(sanitize(row.tradeId), 'isolated')),
  },
]

/**
 * Returns funding as a table with its total, which is unknown if a row can't be read. Fees paid are negative here, as a change of the
 * balance.
 */
export function fundingText(document: FundingDocument, width: number): string {
  const { fees, unreadable } = document
  const total = unreadable.length > 0 ? null : sumOrNull(fees.map(row => 0 - row.feeSats))
  return linesText([
    ...listingHeadLines(document, fees.length),
    `FUNDING ${formatSigned(total)} sat`,
    ...(fees.length === 0 ? [] : ['', ...tableLines(FEE_COLUMNS, fees, width)]),
  ])
}

/** Returns one row per settlement and position. */
export function fundingCsv({ asOf, origin, network, fees }: FundingDocument): string {
  const fields = ['settlementId', 'mode', 'tradeId', 'at', 'feeSats'] as const
  return toCsv(
    ['asOf', 'origin', 'network', ...fields],
    fees.map(row => [asOf, origin, network, ...fields.map(field => row[field])]),
  )
}
