import { lacksPermission } from '../domain/account.ts'
import type { Level } from '../domain/alerts/alert.ts'
import { formatAge, formatNumber, formatPercent, formatSigned, shortId, UNKNOWN } from '../domain/format.ts'
import { PART_PERMISSIONS } from '../domain/parts.ts'
import { sanitize } from '../domain/sanitize.ts'
import type { OrderDocument, PositionDocument, SnapshotDocument } from '../wire/snapshot.ts'
import { type TableColumn, tableLines } from './table.ts'

/** Returns a part of the document as lines of at most `width` columns, unless a number is wider. */
export type Section = (document: SnapshotDocument, width: number) => readonly string[]

const percent = (value: number | null): string => formatNumber(value === null ? null : value * 100, 2)

/** Prefix of stale numbers. */
export function staleMark(stale: boolean): string {
  return stale ? '~' : ''
}

/** Words for the bands of risk. */
const RISK_WORDS = { ok: 'ok', watch: 'WATCH', warn: 'WARN', critical: 'CRIT' } as const

/** Words of the levels of alerts. */
export const LEVEL_WORDS = {
  info: 'INFO',
  watch: 'WATCH',
  warn: 'WARN',
  critical: 'CRIT',
  liquidated: 'LIQUIDATED',
} as const satisfies Readonly<Record<Level, string>>

const POSITION_COLUMNS: readonly TableColumn<PositionDocument>[] = [
  { title: 'RISK', align: 'left', cell: row => staleMark(row.stale) + RISK_WORDS[row.risk] },
  { title: 'MODE', align: 'left', cell: row => (row.mode === 'cross' ? 'X' : 'iso') },
  { title: 'SIDE', align: 'left', cell: row => row.side.toUpperCase() },
  { title: 'QTY $', align: 'right', cell: row => formatNumber(row.quantityUsd) },
  {
    title: 'P&L sat',
    align: 'right',
    cell: row => staleMark(row.stale) + formatSigned(row.unrealizedPlSats),
  },
  { title: 'LIQ', align: 'right', cell: row => level(row.liquidationPriceUsd) },
  { title: 'DIST%', align: 'right', cell: row => staleMark(row.stale) + percent(row.liquidationDistance) },
  { title: 'ENTRY', align: 'right', cell: row => formatNumber(row.entryPriceUsd, 1) },
  {
    title: 'LEV',
    align: 'right',
    cell: row => `${formatNumber(row.leverage, (row.leverage ?? 0) % 1 ? 1 : 0)}x`,
  },
  {
    title: 'ROI%',
    align: 'right',
    cell: row => staleMark(row.stale) + formatSigned(timesHundred(row.returnOnMargin), 1),
  },
  { title: 'SL', align: 'right', cell: stopLossText },
  { title: 'TP', align: 'right', cell: row => orNone(row.takeProfitUsd) },
  { title: 'MARGIN', align: 'right', cell: row => formatNumber(row.marginSats) },
  { title: 'ID', align: 'left', cell: row => shortId(sanitize(row.id), row.mode) },
]

function timesHundred(value: number | null): number | null {
  return value === null ? null : value * 100
}

/** Returns a liquidation price, or `n/a` if the exchange reports none. */
function level(priceUsd: number | null): string {
  return priceUsd === null ? 'n/a' : formatNumber(priceUsd, 1)
}

/** The level of a stop-loss, and the distance of a trailing one: its level may be unknown. */
function stopLossText({ stopLossUsd, stopLossTrailingDistance }: PositionDocument): string {
  if (stopLossTrailingDistance === null) return orNone(stopLossUsd)
  const trailing = `trailing ${formatPercent(stopLossTrailingDistance)}`
  return stopLossUsd === null ? trailing : `${formatNumber(stopLossUsd, 1)} ${trailing}`
}

function orNone(priceUsd: number | null): string {
  return priceUsd === null ? 'none' : formatNumber(priceUsd, 1)
}

/** Returns why parts of the document are refused: by the permissions that the key lacks, else by the reason of the first; empty if none is. */
export function refusedText(
  { key, parts }: SnapshotDocument,
  ...names: readonly (keyof typeof PART_PERMISSIONS)[]
): string {
  const refused = names.filter(name => parts[name].state === 'refused')
  const lacking = refused.map(name => PART_PERMISSIONS[name]).filter(each => lacksPermission(key, each))
  if (lacking.length > 0) return `: the key needs ${lacking.join(' and ')}`
  const [first] = refused
  return first === undefined ? '' : `: ${sanitize(parts[first].reason ?? 'refused')}`
}

/** Present if any row belongs to another market, and is not valued. */
const MARKET_COLUMN: TableColumn<{ readonly otherMarket: string | null }> = {
  title: 'MARKET',
  align: 'left',
  cell: row => sanitize(row.otherMarket ?? 'btc_usd'),
}

function rowLines<Row extends { readonly otherMarket: string | null }>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  width: number,
): readonly string[] {
  if (rows.length === 0) return []
  const isMixed = rows.some(({ otherMarket }) => otherMarket !== null)
  return tableLines(isMixed ? [MARKET_COLUMN, ...columns] : columns, rows, width)
}

/** Open positions, worst first, and the last known versions of unreadable ones. */
export const positionLines: Section = (document, width) => {
  const { positions, lastKnown, totals } = document
  const why = refusedText(document, 'isolatedPositions', 'crossPosition')
  const note = totals.positionCount === null ? `, incomplete${why}` : ''
  const lines =
    positions === null
      ? [`POSITIONS not known${why}`]
      : [
          `POSITIONS ${formatNumber(totals.positionCount ?? positions.length)}${note}`,
          ...rowLines(POSITION_COLUMNS, positions, width),
        ]
  if (lastKnown.length === 0) return lines
  const oldest = Math.max(...lastKnown.map(({ ageMs }) => ageMs))
  const heading = `UNREADABLE, as last known up to ${formatAge(oldest)} ago, in no total:`
  return [...lines, heading, ...rowLines(POSITION_COLUMNS, lastKnown, width)]
}

const ORDER_COLUMNS: readonly TableColumn<OrderDocument>[] = [
  { title: 'TYPE', align: 'left', cell: row => row.type },
  { title: 'MODE', align: 'left', cell: row => (row.mode === 'cross' ? 'X' : 'iso') },
  { title: 'SIDE', align: 'left', cell: row => (row.side === 'long' ? 'BUY' : 'SELL') },
  { title: 'QTY $', align: 'right', cell: row => formatNumber(row.quantityUsd) },
  { title: 'PRICE', align: 'right', cell: row => formatNumber(row.priceUsd, 1) },
  { title: 'FROM MARK%', align: 'right', cell: row => formatSigned(timesHundred(row.distanceFromMark), 2) },
  {
    title: 'PLACED UTC',
    align: 'left',
    cell: row => row.createdAt?.slice(0, 16).replace('T', ' ') ?? UNKNOWN,
  },
]

const ORDER_PARTS = ['isolatedOrders', 'crossOrders'] as const

/** Open orders. */
export const orderLines: Section = (document, width) => {
  const { orders } = document
  const why = refusedText(document, 'isolatedOrders', 'crossOrders')
  if (orders === null) return [`ORDERS not known${why}`]
  const isWhole = ORDER_PARTS.every(part => ['live', 'stale'].includes(document.parts[part].state))
  const title = `ORDERS ${orders.length}${why === '' && isWhole ? '' : `, incomplete${why}`}`
  return [title, ...rowLines(ORDER_COLUMNS, orders, width)]
}
