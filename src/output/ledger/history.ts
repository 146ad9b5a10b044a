import { formatNumber, formatSigned, shortId } from '../../domain/format.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { HistoryDocument } from '../../wire/ledger/history-documents.ts'
import { type Cell, ORIGIN_FIELDS, originCells, toCsv } from '../csv-text.ts'
import { linesText, minute, sumOrNull } from '../listing-text.ts'
import { type TableColumn, tableLines } from '../table.ts'
import { rangeHeadLines } from './range-head.ts'

type TradeDocument = HistoryDocument['trades'][number]
type FillDocument = NonNullable<HistoryDocument['crossFills']>[number]

const TRADE_COLUMNS: readonly TableColumn<TradeDocument>[] = [
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

const FILL_COLUMNS: readonly TableColumn<FillDocument>[] = [
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

function tradeLines({ trades, unreadable, truncated }: HistoryDocument, width: number): readonly string[] {
  const isWhole = unreadable.every(({ list }) => list !== 'trades')
  const pl = isWhole ? sumOrNull(trades.map(row => row.plSats)) : null
  const fees = isWhole ? sumOrNull(trades.map(row => 0 - row.openingFeeSats - row.closingFeeSats)) : null
  return [
    totalLine(truncated ? 'ISOLATED shown' : 'ISOLATED', pl, fees),
    ...(trades.length === 0 ? [] : ['', ...tableLines(TRADE_COLUMNS, trades, width), '']),
  ]
}

function fillLines(document: HistoryDocument, width: number): readonly string[] {
  const { crossFills, crossPlSats, crossUnknownReason, unreadable, truncated } = document
  const reason = crossUnknownReason === null ? [] : [`CROSS P&L not known: ${sanitize(crossUnknownReason)}`]
  const isWhole = unreadable.every(({ list }) => list !== 'crossFills')
  const fees = isWhole && crossFills ? sumOrNull(crossFills.map(row => 0 - row.feeSats)) : null
  const hasRows = crossFills !== null && crossFills.length > 0
  return [
    truncated
      ? totalLine('CROSS shown', crossFills && sumOrNull(crossFills.map(row => row.plSats)), fees)
      : totalLine('CROSS', crossPlSats, fees),
    ...reason,
    ...(hasRows ? ['', ...tableLines(FILL_COLUMNS, crossFills, width)] : []),
  ]
}

/** Returns closed trades and cross fills as tables with totals. Fees are shown as negative amounts; unknown totals as dots. */
export function historyText(document: HistoryDocument, width: number): string {
  const count = document.trades.length + (document.crossFills?.length ?? 0)
  return linesText([
    ...rangeHeadLines(document, count),
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
  'cashInPlSats',
  'cause',
] as const

type CsvRow = Readonly<Partial<Record<(typeof CSV_FIELDS)[number], Cell>>>

function tradeRow(trade: TradeDocument): CsvRow {
  return { ...trade, mode: 'isolated', feeSats: trade.openingFeeSats + trade.closingFeeSats }
}

function fillRow({ filledAt, ...fill }: FillDocument): CsvRow {
  return { ...fill, mode: 'cross', closedAt: filledAt }
}

/** Returns one row per closed trade and per cross fill, newest first. The time of a fill is in `closedAt`. */
export function historyCsv(document: HistoryDocument): string {
  const { trades, crossFills } = document
  const rows = [...trades.map(tradeRow), ...(crossFills ?? []).map(fillRow)]
  const sorted = rows.toSorted((a, b) => String(b.closedAt).localeCompare(String(a.closedAt)))
  return toCsv(
    [...ORIGIN_FIELDS, ...CSV_FIELDS],
    sorted.map(row => [...originCells(document), ...CSV_FIELDS.map(field => row[field])]),
  )
}
