import { closedEntryUsd } from '../../domain/entry.ts'
import { formatNumber, formatSigned, shortId } from '../../domain/format.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { sats, usd } from '../../domain/units.ts'
import { holeOf, type LedgerRoute } from '../../ledger/coverage.ts'
import type { BookedFill } from '../../ledger/cross-book.ts'
import type { RealizedCross } from '../../ledger/realized-cross.ts'
import type { FundingRow, TradeRow } from '../../ledger/rows.ts'
import { endCause } from '../../ledger/story.ts'
import type { HistoryDocument } from '../../wire/ledger/history-documents.ts'
import { type Cell, toCsv } from '../csv-text.ts'
import { linesText, minute, sumOrNull } from '../listing-text.ts'
import { iso } from '../numbers.ts'
import { type TableColumn, tableLines } from '../table.ts'
import { type ListedRange, rangeHead, rangeHeadLines } from './range-head.ts'

type TradeDocument = HistoryDocument['trades'][number]
type FillDocument = NonNullable<HistoryDocument['crossFills']>[number]

/** The listings that the history is made from. */
export const HISTORY_ROUTES = {
  required: ['isolatedClosed', 'crossFilled', 'crossTransfers'],
  /** Without them the P&L is not known, and the rows are printed all the same. */
  optional: ['isolatedFunding', 'crossFunding'],
} as const satisfies Record<string, readonly LedgerRoute[]>

/** What the history of a range is made from. */
export interface HistoryInput extends ListedRange {
  /** Trades of the range in any state, oldest first. */
  readonly trades: readonly TradeRow[]
  /** All fills. */
  readonly cross: RealizedCross
  /** Funding fees of the range. */
  readonly funding: readonly FundingRow[]
  /** Why listings could not be read now. */
  readonly failures: ReadonlyMap<LedgerRoute, string>
}

function tradeDocument(trade: TradeRow): TradeDocument {
  const { side, quantityUsd, plSats, priceUsd, entryPriceUsd, exitPriceUsd, filledAt, closedAt } = trade
  const cause = endCause(trade)
  return {
    id: trade.id,
    side,
    quantityUsd,
    entryPriceUsd: closedEntryUsd(
      { priceUsd: usd(priceUsd), entryPriceUsd: entryPriceUsd === null ? null : usd(entryPriceUsd) },
      {
        side,
        quantityUsd,
        exitPriceUsd: exitPriceUsd === null ? null : usd(exitPriceUsd),
        plSats: sats(plSats),
      },
    ),
    exitPriceUsd,
    plSats,
    cashInPlSats: trade.cashInPlSats,
    openingFeeSats: trade.openingFeeSats,
    closingFeeSats: trade.closingFeeSats,
    cause: cause === null || cause === 'canceled' ? 'closed' : cause,
    openedAt: filledAt === null ? null : iso(filledAt),
    closedAt: iso(closedAt ?? trade.createdAt),
  }
}

function fillDocument({ fill, plSats }: BookedFill): FillDocument {
  const { id, side, quantityUsd, priceUsd, feeSats, filledAt } = fill
  return {
    id,
    side: side === 'long' ? 'buy' : 'sell',
    quantityUsd,
    priceUsd,
    feeSats,
    plSats,
    filledAt: iso(filledAt),
  }
}

/** A sum, or why it is not known. */
interface KnownSum {
  readonly sats: number | null
  readonly reason: string | null
}

function crossSum(
  { cross, from, facts }: HistoryInput,
  fills: readonly BookedFill[],
  unreadable: HistoryDocument['unreadable'],
): KnownSum {
  const sats = sumOrNull(fills.map(({ plSats }) => plSats))
  const isWhole = unreadable.every(({ list }) => list !== 'crossFills')
  if (sats !== null && isWhole && !cross.isNewestMissing) return { sats, reason: null }
  return { sats: null, reason: cross.unknownReason ?? holeOf(facts.routes, ['crossFilled'], from) }
}

function fundingSum({ funding, from, facts, failures }: HistoryInput): KnownSum {
  const [failed] = HISTORY_ROUTES.optional.flatMap(route => failures.get(route) ?? [])
  if (failed !== undefined) return { sats: null, reason: `the funding fees can't be read: ${failed}` }
  const hole = holeOf(facts.routes, HISTORY_ROUTES.optional, from)
  if (hole !== null) return { sats: null, reason: `a funding fee can't be read: ${hole}` }
  return { sats: sumOrNull(funding.map(({ feeSats }) => feeSats)), reason: null }
}

/** What the trades made, net of their own fees, without funding. Null if what was cashed in is unknown. */
function netOfTrades(trades: readonly TradeDocument[]): number | null {
  return sumOrNull(
    trades.map(({ plSats, cashInPlSats, openingFeeSats, closingFeeSats }) =>
      cashInPlSats === null ? null : plSats + cashInPlSats - openingFeeSats - closingFeeSats,
    ),
  )
}

/** Converts the history of a range to its document. The sums are about all rows of the range, whatever the limit. */
export function historyDocument(input: HistoryInput): HistoryDocument {
  const { from, to, limit, facts } = input
  const routes = [...HISTORY_ROUTES.required, ...HISTORY_ROUTES.optional]
  const head = rangeHead(input, routes, { isolatedClosed: 'trades', crossFilled: 'crossFills' })
  const trades = input.trades
    .filter(({ state }) => state === 'closed')
    .toReversed()
    .map(tradeDocument)
  const refused = facts.routes.find(({ route }) => route === 'crossFilled')?.error ?? null
  const ofRange = input.cross.fills.filter(({ fill }) => fill.filledAt >= from && fill.filledAt <= to)
  const cross: KnownSum =
    refused === null ? crossSum(input, ofRange, head.unreadable) : { sats: null, reason: refused }
  const funding = fundingSum(input)
  const ofTrades = netOfTrades(trades)
  const reason =
    head.unreadable.length > 0
      ? "a row can't be read"
      : (cross.reason ??
        funding.reason ??
        (ofTrades === null ? 'what was cashed in from a trade is not known' : null))
  const fees = ofRange.reduce((sum, { fill }) => sum + fill.feeSats, 0)
  const document: HistoryDocument = {
    ...head,
    trades,
    crossFills: refused === null ? ofRange.toReversed().map(fillDocument) : null,
    crossPlSats: cross.sats,
    crossUnknownReason: cross.reason,
    fundingFeesSats: funding.sats,
    netPlSats: reason === null ? sumOrNull([ofTrades, cross.sats, 0 - fees, 0 - (funding.sats ?? 0)]) : null,
    netUnknownReason: reason,
  }
  return limit === null ? document : limited(document, limit)
}

/** The newest trades and fills together, as many as the limit. */
function limited(document: HistoryDocument, limit: number): HistoryDocument {
  const { trades, crossFills } = document
  const times = [...trades.map(row => row.closedAt), ...(crossFills ?? []).map(row => row.filledAt)]
  const last = times.toSorted().toReversed()[limit - 1]
  const shown = trades.filter(({ closedAt }) => last === undefined || closedAt >= last).slice(0, limit)
  return {
    ...document,
    trades: shown,
    crossFills: crossFills?.slice(0, limit - shown.length) ?? null,
    truncated: times.length > limit,
  }
}

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
export function historyCsv({ asOf, origin, network, trades, crossFills }: HistoryDocument): string {
  const rows = [...trades.map(tradeRow), ...(crossFills ?? []).map(fillRow)]
  const sorted = rows.toSorted((a, b) => String(b.closedAt).localeCompare(String(a.closedAt)))
  return toCsv(
    ['asOf', 'origin', 'network', ...CSV_FIELDS],
    sorted.map(row => [asOf, origin, network, ...CSV_FIELDS.map(field => row[field])]),
  )
}
