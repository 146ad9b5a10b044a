import { lacksPermission, type ReadPermission } from '../domain/account.ts'
import { formatAge, formatNumber, formatPercent, formatSigned, shortId, UNKNOWN } from '../domain/format.ts'
import { PART_NAMES, type PartName } from '../domain/parts.ts'
import { sanitize } from '../domain/sanitize.ts'
import { PART_LABELS } from '../store/selectors/parts.ts'
import type { OrderDocument, PositionDocument, SnapshotDocument } from '../wire/snapshot.ts'
import { keyRemarks } from './key-text.ts'
import { type TableColumn, tableLines } from './table.ts'
import { unevaluated } from './unevaluated.ts'

/** Returns a part of the document as lines of at most `width` columns, unless a number is wider. */
export type Section = (document: SnapshotDocument, width: number) => readonly string[]

const percent = (value: number | null): string => formatNumber(value === null ? null : value * 100, 2)

/** Prefix of stale numbers. */
function staleMark(stale: boolean): string {
  return stale ? '~' : ''
}

/** Network, state and age of the data, and what is wrong with it. */
export const headLines: Section = document => {
  const { source, origin, network, asOf } = document
  const simulated = origin === 'simulated' ? 'SIMULATED  ' : ''
  const state = source.stale ? 'STALE' : source.state
  const when = `${asOf.slice(0, 10)} ${asOf.slice(11, 19)} UTC`
  const age = `data ${formatAge(source.ageMs)} old`
  const lines = [`${simulated}${network ?? 'unknown network'} · ${state} · ${age} · ${when}`]
  if (source.stale) lines.push(`STALE: ${source.staleReasons.join('; ')}`)
  if (source.lastError !== null && source.state !== 'live')
    lines.push(`NOT LIVE: ${sanitize(source.lastError.message)}`)
  const lost = source.upstream?.find(({ link }) => link !== 'live') ?? null
  if (lost !== null) {
    const why = lost.lastError === null ? lost.link : sanitize(lost.lastError.message)
    lines.push(`NOT LIVE behind the relay: ${why}`)
  }
  return lines
}

/** Parts that are not read as they should be, with the reason and since when. Parts that are only old stand in the head. */
export function partLines(parts: readonly PartName[]): Section {
  return ({ asOf, parts: documents }) =>
    parts.flatMap(part => {
      const { state, reason, since } = documents[part]
      if (state === 'live' || state === 'stale') return []
      const when = since === null ? '' : ` (since ${timeText(since, asOf)})`
      return [`${state.toUpperCase()} ${PART_LABELS[part]}: ${sanitize(reason ?? 'unknown')}${when}`]
    })
}

/** Returns a time with its day, unless that is the day of the document. */
function timeText(time: string, asOf: string): string {
  const day = time.slice(0, 10)
  return `${day === asOf.slice(0, 10) ? '' : `${day} `}${time.slice(11, 19)} UTC`
}

/** The same for views of the account, with a remark about the key. */
export const accountHeadLines: Section = (document, width) => [
  ...headLines(document, width),
  ...keyRemarks(document.key.canWrite),
]

/** Prices and funding. */
export const marketLines: Section = ({ market }) => {
  const m = staleMark(market.stale)
  const price = (value: number | null): string => m + formatNumber(value, 1)
  const rate = market.fundingRate === null ? null : market.fundingRate * 100
  const next = market.nextFundingAt === null ? '' : ` at ${market.nextFundingAt.slice(11, 16)} UTC`
  return [
    `BTC      index ${price(market.indexUsd)}  last ${price(market.lastPriceUsd)}`,
    `         bid ${price(market.bidUsd)}  ask ${price(market.askUsd)}`,
    `FUNDING  ${formatSigned(rate, 4)}%${next}`,
  ]
}

/** Equity, balance, unrealized P&L and net exposure. */
export const accountLines: Section = document => {
  const { account, totals, source } = document
  const m = staleMark(source.stale)
  const number = (value: number | null, decimals = 0): string => m + formatNumber(value, decimals)
  const signed = (value: number | null, decimals = 0): string => m + formatSigned(value, decimals)
  const used =
    totals.marginSats === null || !totals.equitySats
      ? ''
      : ` (${number((totals.marginSats / totals.equitySats) * 100)}% of equity)`
  const lines = [
    `EQUITY   ${number(totals.equitySats)} sat ≈ ${number(totals.equityUsd, 2)} USD`,
    `         free ${number(account.balanceSats)}  margin ${number(totals.marginSats)}${used}`,
    `P&L      ${signed(totals.unrealizedPlSats)} sat ≈ ${signed(totals.unrealizedPlUsd, 2)} USD unrealized`,
    `         net exposure ${signed(totals.netExposureUsd)} USD`,
  ]
  if (account.syntheticUsdBalance !== 0)
    lines.push(`         synthetic ${number(account.syntheticUsdBalance, 2)} USD`)
  const why = refusedText(document, 'account')
  if (account.balanceSats === null && why !== '') lines.push(`         balance not known${why}`)
  return lines
}

/** Account identity. Left out of the snapshot text, because people share it. */
export const userLines: Section = ({ account }) => [
  `USER     ${account.username === null ? '···' : sanitize(account.username)}  fee tier ${formatNumber(account.feeTier)}`,
]

const RISKS = { ok: 'ok', watch: 'WATCH', warn: 'WARN', critical: 'CRIT' } as const

const POSITION_COLUMNS: readonly TableColumn<PositionDocument>[] = [
  { title: 'RISK', align: 'left', cell: row => staleMark(row.stale) + RISKS[row.risk] },
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

const PERMISSION_OF: Readonly<Record<Exclude<PartName, 'market'>, ReadPermission>> = {
  account: 'account:read',
  isolatedPositions: 'futures:isolated:read',
  isolatedOrders: 'futures:isolated:read',
  crossPosition: 'futures:cross:read',
  crossOrders: 'futures:cross:read',
}

/** Returns why parts of the document are refused: by the permissions that the key lacks, else by the reason of the first; empty if none is. */
function refusedText(
  { key, parts }: SnapshotDocument,
  ...names: readonly (keyof typeof PERMISSION_OF)[]
): string {
  const refused = names.filter(name => parts[name].state === 'refused')
  const lacking = refused.map(name => PERMISSION_OF[name]).filter(each => lacksPermission(key, each))
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
  if (positions === null) return [`POSITIONS not known${why}`]
  const title = `POSITIONS ${formatNumber(totals.positionCount ?? positions.length)}`
  const note = totals.positionCount === null ? `, incomplete${why}` : ''
  const lines = [title + note, ...rowLines(POSITION_COLUMNS, positions, width)]
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

/** Active alerts, and what is not evaluated. */
const alertLines: Section = ({ alerts, parts, market }) => [
  ...alerts.map(({ level: risk, message }) => `${RISKS[risk]}  ${sanitize(message)}`),
  ...unevaluated(parts, market.stale).map(({ text }) => `ALERTS ${sanitize(text)}`),
]

/** Joins sections with an empty line between them. Ends with a line feed. */
export function textOf(document: SnapshotDocument, sections: readonly Section[], width: number): string {
  const blocks = sections.map(section => section(document, width)).filter(lines => lines.length > 0)
  return `${blocks.map(lines => lines.join('\n')).join('\n\n')}\n`
}

/** The sections of the snapshot text. */
export const SNAPSHOT_SECTIONS: readonly Section[] = [
  accountHeadLines,
  partLines(PART_NAMES),
  marketLines,
  accountLines,
  positionLines,
  orderLines,
  alertLines,
]
