import { formatNumber, formatSigned, shortId } from '../domain/format.ts'
import { sanitize } from '../domain/sanitize.ts'
import type { ClosedTrade, FundingFee } from '../domain/snapshot.ts'
import type {
  ClosedTradeDocument,
  FundingDocument,
  FundingFeeDocument,
  HistoryDocument,
} from '../wire/listing.ts'
import { toCsv } from './csv-text.ts'
import { iso } from './numbers.ts'
import { type TableColumn, tableLines } from './table.ts'

/** Converts a closed trade for the document. */
export function closedTradeDocument(trade: ClosedTrade): ClosedTradeDocument {
  return {
    id: trade.id,
    side: trade.side,
    quantityUsd: trade.quantityUsd,
    entryPriceUsd: trade.entryPriceUsd,
    exitPriceUsd: trade.exitPriceUsd,
    plSats: trade.plSats,
    openingFeeSats: trade.openingFeeSats,
    closingFeeSats: trade.closingFeeSats,
    openedAt: trade.openedAt === null ? null : iso(trade.openedAt),
    closedAt: iso(trade.closedAt),
  }
}

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

function minute(isoTime: string): string {
  return isoTime.slice(0, 16).replace('T', ' ')
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((all, amount) => all + amount, 0)
}

function headLine(document: HistoryDocument | FundingDocument, count: number): string {
  const simulated = document.origin === 'simulated' ? 'SIMULATED  ' : ''
  const head = `${simulated}${document.network} · ${formatNumber(count)} since ${minute(document.since)} UTC`
  return document.key.canWrite ? `${head}\n!! WRITE KEY: this key has write permissions` : head
}

const TRADE_COLUMNS: readonly TableColumn<ClosedTradeDocument>[] = [
  { title: 'CLOSED UTC', align: 'left', cell: row => minute(row.closedAt) },
  { title: 'SIDE', align: 'left', cell: row => row.side.toUpperCase() },
  { title: 'QTY $', align: 'right', cell: row => formatNumber(row.quantityUsd) },
  { title: 'P&L sat', align: 'right', cell: row => formatSigned(row.plSats) },
  { title: 'ENTRY', align: 'right', cell: row => formatNumber(row.entryPriceUsd, 1) },
  { title: 'EXIT', align: 'right', cell: row => formatNumber(row.exitPriceUsd, 1) },
  {
    title: 'FEES sat',
    align: 'right',
    cell: row => formatSigned(0 - row.openingFeeSats - row.closingFeeSats),
  },
  { title: 'ID', align: 'left', cell: row => shortId(sanitize(row.id), 'isolated') },
]

/** Returns closed trades as a table with totals. Fees are shown as negative amounts. */
export function historyText(document: HistoryDocument, width: number): string {
  const { trades } = document
  const pl = formatSigned(sum(trades.map(row => row.plSats)))
  const fees = formatSigned(0 - sum(trades.map(row => row.openingFeeSats + row.closingFeeSats)))
  return text([
    headLine(document, trades.length),
    `P&L ${pl} sat  fees ${fees} sat`,
    ...(trades.length === 0 ? [] : ['', ...tableLines(TRADE_COLUMNS, trades, width)]),
  ])
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

/** Returns funding as a table with its total. Fees paid are negative here, as a change of the balance. */
export function fundingText(document: FundingDocument, width: number): string {
  const { fees } = document
  return text([
    headLine(document, fees.length),
    `FUNDING ${formatSigned(0 - sum(fees.map(row => row.feeSats)))} sat`,
    ...(fees.length === 0 ? [] : ['', ...tableLines(FEE_COLUMNS, fees, width)]),
  ])
}

function text(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`
}

/** Returns one row per closed trade. */
export function historyCsv({ asOf, origin, network, trades }: HistoryDocument): string {
  const fields = [
    'id',
    'side',
    'quantityUsd',
    'entryPriceUsd',
    'exitPriceUsd',
    'plSats',
    'openingFeeSats',
    'closingFeeSats',
    'openedAt',
    'closedAt',
  ] as const
  return toCsv(
    ['asOf', 'origin', 'network', ...fields],
    trades.map(row => [asOf, origin, network, ...fields.map(field => row[field])]),
  )
}

/** Returns one row per settlement and position. */
export function fundingCsv({ asOf, origin, network, fees }: FundingDocument): string {
  const fields = ['settlementId', 'mode', 'tradeId', 'at', 'feeSats'] as const
  return toCsv(
    ['asOf', 'origin', 'network', ...fields],
    fees.map(row => [asOf, origin, network, ...fields.map(field => row[field])]),
  )
}
