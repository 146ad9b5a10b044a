import type { ReplayedFill } from '../domain/cross-replay.ts'
import { formatNumber, formatSigned, shortId } from '../domain/format.ts'
import { sanitize } from '../domain/sanitize.ts'
import type { ClosedTrade } from '../domain/snapshot.ts'
import type { ClosedTradeDocument, CrossFillDocument, HistoryDocument } from '../wire/listing.ts'
import { type Cell, toCsv } from './csv-text.ts'
import { linesText, listingHeadLines, minute, sumOrNull } from './listing-text.ts'
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

/** Converts a fill of the cross position for the document. */
export function crossFillDocument({ fill, plSats }: ReplayedFill): CrossFillDocument {
  return {
    id: fill.id,
    side: fill.side === 'long' ? 'buy' : 'sell',
    quantityUsd: fill.quantityUsd,
    priceUsd: fill.priceUsd,
    feeSats: fill.feeSats,
    plSats,
    filledAt: iso(fill.filledAt),
  }
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

const FILL_COLUMNS: readonly TableColumn<CrossFillDocument>[] = [
  { title: 'FILLED UTC', align: 'left', cell: row => minute(row.filledAt) },
  { title: 'SIDE', align: 'left', cell: row => row.side.toUpperCase() },
  { title: 'QTY $', align: 'right', cell: row => formatNumber(row.quantityUsd) },
  { title: 'P&L sat', align: 'right', cell: row => formatSigned(row.plSats) },
  { title: 'PRICE', align: 'right', cell: row => formatNumber(row.priceUsd, 1) },
  { title: 'FEE sat', align: 'right', cell: row => formatSigned(0 - row.feeSats) },
  { title: 'ID', align: 'left', cell: row => shortId(sanitize(row.id), 'isolated') },
]

function totalLine(title: string, plSats: number | null, feesSats: number | null): string {
  return `${title}  P&L ${formatSigned(plSats)} sat gross  fees ${formatSigned(feesSats)} sat`
}

/** The P&L of the whole period, net of everything that was paid. */
function netLines({ netPlSats, netUnknownReason }: HistoryDocument): readonly string[] {
  const reason = netUnknownReason === null ? '' : `: ${sanitize(netUnknownReason)}`
  return [`NET  P&L ${formatSigned(netPlSats)} sat net of fees and funding${reason}`]
}

function tradeLines({ trades, unreadable }: HistoryDocument, width: number): readonly string[] {
  const isWhole = unreadable.every(({ list }) => list !== 'trades')
  const pl = isWhole ? sumOrNull(trades.map(row => row.plSats)) : null
  const fees = isWhole ? sumOrNull(trades.map(row => 0 - row.openingFeeSats - row.closingFeeSats)) : null
  return [
    totalLine('ISOLATED', pl, fees),
    ...(trades.length === 0 ? [] : ['', ...tableLines(TRADE_COLUMNS, trades, width), '']),
  ]
}

function fillLines(document: HistoryDocument, width: number): readonly string[] {
  const { crossFills, crossPlSats, crossUnknownReason, unreadable } = document
  const reason = crossUnknownReason === null ? [] : [`CROSS P&L not known: ${sanitize(crossUnknownReason)}`]
  const isWhole = unreadable.every(({ list }) => list !== 'crossFills')
  const fees = isWhole && crossFills ? sumOrNull(crossFills.map(row => 0 - row.feeSats)) : null
  const hasRows = crossFills !== null && crossFills.length > 0
  return [
    totalLine('CROSS', crossPlSats, fees),
    ...reason,
    ...(hasRows ? ['', ...tableLines(FILL_COLUMNS, crossFills, width)] : []),
  ]
}

/** Returns closed trades and cross fills as tables with totals. Fees are shown as negative amounts; unknown totals as dots. */
export function historyText(document: HistoryDocument, width: number): string {
  const count = document.trades.length + (document.crossFills?.length ?? 0)
  return linesText([
    ...listingHeadLines(document, count),
    ...netLines(document),
    ...tradeLines(document, width),
    ...fillLines(document, width),
  ])
}

const CSV_FIELDS = [
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
  'mode',
  'priceUsd',
  'feeSats',
] as const

type CsvRow = Readonly<Partial<Record<(typeof CSV_FIELDS)[number], Cell>>>

function tradeRow(trade: ClosedTradeDocument): CsvRow {
  return { ...trade, mode: 'isolated', feeSats: trade.openingFeeSats + trade.closingFeeSats }
}

function fillRow({ filledAt, ...fill }: CrossFillDocument): CsvRow {
  return { ...fill, mode: 'cross', closedAt: filledAt }
}

/** Returns one row per closed trade and per cross fill, newest first. The time of a fill is in `closedAt`. */
export function historyCsv({ asOf, origin, network, trades, crossFills }: HistoryDocument): string {
  const rows = [...trades.map(tradeRow), ...(crossFills ?? []).map(fillRow)]
  const sorted = rows.toSorted((a, b) => String(b.closedAt).localeCompare(String(a.closedAt)))
  return toCsv(
    ['asOf', 'origin', 'network', ...CSV_FIELDS],
    sorted.map(row => [asOf, origin, network, ...CSV_FIELDS.map(field => row[field])]),
  )
}
