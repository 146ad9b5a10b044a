import type { FundingFee } from '../../domain/snapshot.ts'
import type { HistoryRow } from '../../ledger/history-row.ts'
import { ORIGIN_FIELDS, type OriginFacts, originCells, toCsv } from '../csv-text.ts'
import { iso } from '../numbers.ts'

const FIELDS = [
  'at',
  'kind',
  'id',
  'side',
  'quantityUsd',
  'entryPriceUsd',
  'exitPriceUsd',
  'grossPlSats',
  'feesSats',
  'fundingSats',
  'netPlSats',
  'cause',
] as const

/** Returns closed trades and cross fills as CSV, in the order given. Fees and funding are positive if paid; unknown cells are empty. */
export function historyRowsCsv(head: OriginFacts, rows: readonly HistoryRow[]): string {
  return toCsv(
    [...ORIGIN_FIELDS, ...FIELDS],
    rows.map(row => [
      ...originCells(head),
      iso(row.at),
      row.kind === 'fill' ? 'cross-fill' : 'trade',
      row.id,
      row.kind === 'trade' ? row.side : row.side === 'long' ? 'buy' : 'sell',
      row.quantityUsd,
      row.entryPriceUsd,
      row.exitPriceUsd,
      row.grossSats,
      row.feesSats,
      row.fundingSats,
      row.netSats,
      row.cause,
    ]),
  )
}

/** Returns funding fees as CSV, in the order given; positive if paid. */
export function fundingRowsCsv(head: OriginFacts, fees: readonly FundingFee[]): string {
  return toCsv(
    [...ORIGIN_FIELDS, 'at', 'mode', 'tradeId', 'settlementId', 'feeSats'],
    fees.map(({ at, tradeId, settlementId, feeSats }) => {
      const mode = tradeId === null ? 'cross' : 'isolated'
      return [...originCells(head), iso(at), mode, tradeId, settlementId, feeSats]
    }),
  )
}
