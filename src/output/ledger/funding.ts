import { formatSigned, shortId } from '../../domain/format.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { holeOf, type LedgerRoute } from '../../ledger/coverage.ts'
import type { FundingRow } from '../../ledger/rows.ts'
import type { FundingDocument } from '../../wire/ledger/history-documents.ts'
import { ORIGIN_FIELDS, originCells, toCsv } from '../csv-text.ts'
import { linesText, minute, sumOrNull } from '../listing-text.ts'
import { iso } from '../numbers.ts'
import { type TableColumn, tableLines } from '../table.ts'
import { type ListedRange, rangeHead, rangeHeadLines } from './range-head.ts'

/** The listings of funding fees. */
export const FUNDING_ROUTES = ['isolatedFunding', 'crossFunding'] as const satisfies readonly LedgerRoute[]

/** Converts the funding fees of a range, oldest first, to their document. */
export function fundingDocument(range: ListedRange, rows: readonly FundingRow[]): FundingDocument {
  const { limit, facts, from } = range
  const head = rangeHead(range, FUNDING_ROUTES, {
    isolatedFunding: 'isolatedFees',
    crossFunding: 'crossFees',
  })
  const fees = rows.toReversed().map(({ settlementId, mode, tradeId, at, feeSats }) => {
    return { settlementId, mode, tradeId, at: iso(at), feeSats }
  })
  const shown = limit === null ? fees : fees.slice(0, limit)
  const total =
    holeOf(facts.routes, FUNDING_ROUTES, from) === null ? sumOrNull(rows.map(row => row.feeSats)) : null
  return { ...head, truncated: shown.length < fees.length, totalSats: total, fees: shown }
}

const FEE_COLUMNS: readonly TableColumn<FundingDocument['fees'][number]>[] = [
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
  const { fees, totalSats } = document
  const total = totalSats === null ? null : 0 - totalSats
  return linesText([
    ...rangeHeadLines(document, fees.length),
    `FUNDING ${formatSigned(total)} sat`,
    ...(fees.length === 0 ? [] : ['', ...tableLines(FEE_COLUMNS, fees, width)]),
  ])
}

/** Returns one row per settlement and position. */
export function fundingCsv(document: FundingDocument): string {
  const fields = ['settlementId', 'mode', 'tradeId', 'at', 'feeSats'] as const
  return toCsv(
    [...ORIGIN_FIELDS, ...fields],
    document.fees.map(row => [...originCells(document), ...fields.map(field => row[field])]),
  )
}
