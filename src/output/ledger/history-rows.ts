import type { FundingFee } from '../../domain/snapshot.ts'
import type { HistoryRow } from '../../ledger/history-row.ts'
import { toCsv } from '../csv-text.ts'
import { iso } from '../numbers.ts'

/** The time and the origin of an export. */
interface ExportHead {
  readonly asOf: string
  readonly origin: string | null
  readonly network: string | null
}

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
export function historyRowsCsv({ asOf, origin, network }: ExportHead, rows: readonly HistoryRow[]): string {
  return toCsv(
    ['asOf', 'origin', 'network', ...FIELDS],
    rows.map(row => [
      asOf,
      origin,
      network,
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
export function fundingRowsCsv({ asOf, origin, network }: ExportHead, fees: readonly FundingFee[]): string {
  return toCsv(
    ['asOf', 'origin', 'network', 'at', 'mode', 'tradeId', 'settlementId', 'feeSats'],
    fees.map(({ at, tradeId, settlementId, feeSats }) => {
      const mode = tradeId === null ? 'cross' : 'isolated'
      return [asOf, origin, network, iso(at), mode, tradeId, settlementId, feeSats]
    }),
  )
}
