import { formatNumber, formatPercent, formatSigned } from '../../domain/format.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { satsNumber } from '../../ledger/books.ts'
import { type PeriodReport, REPORT_ROUTES, type Report } from '../../ledger/report.ts'
import type { ReportDocument } from '../../wire/ledger/report-document.ts'
import { toCsv } from '../csv-text.ts'
import { linesText } from '../listing-text.ts'
import { cents, fraction, iso } from '../numbers.ts'
import { type TableColumn, tableLines } from '../table.ts'
import { type HeadFacts, headOf, ledgerHeadLines } from './head.ts'

type Figures = ReportDocument['total']

/** The average, rounded to the nearest sat; null for none. */
function average(sum: bigint, count: number): number | null {
  return count === 0 ? null : Math.round(Number(sum) / count) + 0
}

function difference(gross: number | null, fees: number | null, funding: number | null): number | null {
  return gross === null || fees === null || funding === null ? null : gross - fees - funding
}

function moneyOf({ books, usd }: PeriodReport, isKnown: boolean) {
  const of = (sum: bigint | null): number | null => (isKnown ? satsNumber(sum) : null)
  const usdOrNull = (sum: number | null): number | null => (isKnown ? cents(sum) : null)
  const [gross, fees, funding] = [of(books.grossPl), of(books.tradingFees), of(books.funding)]
  const inUsd = [usdOrNull(usd.grossPl), usdOrNull(usd.tradingFees), usdOrNull(usd.funding)] as const
  return {
    grossPlSats: gross,
    feesSats: fees,
    fundingSats: funding,
    netPlSats: difference(gross, fees, funding),
    grossPlUsd: inUsd[0],
    feesUsd: inUsd[1],
    fundingUsd: inUsd[2],
    netPlUsd: cents(difference(...inUsd)),
  }
}

function figuresDocument(period: PeriodReport): Figures {
  const { trades, wins, losses, wonSats, lostSats, unknownReason } = period
  const isKnown = unknownReason === null
  const known = <T>(value: T): T | null => (isKnown ? value : null)
  return {
    from: iso(period.start),
    to: iso(period.end),
    ...moneyOf(period, isKnown),
    trades: known(trades),
    wins: known(wins),
    losses: known(losses),
    winRate: known(trades === 0 ? null : fraction(wins / trades)),
    averageWinSats: known(average(wonSats, wins)),
    averageLossSats: known(average(lostSats, losses)),
    profitFactor: known(lostSats === 0n ? null : fraction(Number(wonSats) / -Number(lostSats))),
    expectancySats: known(average(wonSats + lostSats, trades)),
    largestLossSats: known(satsNumber(period.largestLossSats)),
    maxDrawdownSats: satsNumber(period.maxDrawdownSats),
    timeInMarket: fraction(period.inMarketMs / Math.max(1, period.end - period.start)) ?? 0,
    unknownReason,
  }
}

/** Converts a report to its document. */
export function reportDocument(
  { periods, total }: Report,
  { by, zone }: Pick<ReportDocument, 'by' | 'zone'>,
  facts: HeadFacts,
): ReportDocument {
  return {
    ...headOf(facts, REPORT_ROUTES),
    by,
    zone,
    periods: periods.map(figuresDocument),
    total: figuresDocument(total),
  }
}

const COLUMNS: readonly TableColumn<Figures & { readonly name: string }>[] = [
  { title: 'PERIOD', align: 'left', cell: row => row.name },
  { title: 'NET sat', align: 'right', cell: row => formatSigned(row.netPlSats) },
  { title: 'NET $', align: 'right', cell: row => formatSigned(row.netPlUsd, 2) },
  { title: 'GROSS sat', align: 'right', cell: row => formatSigned(row.grossPlSats) },
  { title: 'FEES', align: 'right', cell: row => formatNumber(row.feesSats) },
  { title: 'FUNDING', align: 'right', cell: row => formatNumber(row.fundingSats) },
  { title: 'TRADES', align: 'right', cell: row => formatNumber(row.trades) },
  { title: 'WON', align: 'right', cell: row => (row.winRate === null ? '' : formatPercent(row.winRate)) },
  { title: 'DRAWDOWN', align: 'right', cell: row => formatNumber(row.maxDrawdownSats) },
  {
    title: 'IN MARKET',
    align: 'right',
    cell: row => formatPercent(Math.round(row.timeInMarket * 1_000) / 1_000),
  },
]

function totalLines(total: Figures): readonly string[] {
  const { averageWinSats, averageLossSats, profitFactor, expectancySats, largestLossSats, unknownReason } =
    total
  return [
    ...(unknownReason === null ? [] : [`!! UNKNOWN ${sanitize(unknownReason)}`]),
    `average win ${formatSigned(averageWinSats)} sat  average loss ${formatSigned(averageLossSats)} sat  largest loss ${formatSigned(largestLossSats)} sat`,
    `profit factor ${formatNumber(profitFactor, 2)}  expectancy ${formatSigned(expectancySats)} sat a trade`,
  ]
}

/** Returns the periods as a table, with the total as its last row. `nameOf` formats the beginning of a period. */
export function reportText(
  document: ReportDocument,
  width: number,
  nameOf: (from: string) => string,
): string {
  const { periods, total, by, zone } = document
  const rows = [
    ...periods.map(period => ({ ...period, name: nameOf(period.from) })),
    { ...total, name: 'total' },
  ]
  return linesText([
    ...ledgerHeadLines(document, `by ${by}, ${zone}`),
    '',
    ...tableLines(COLUMNS, rows, width),
    '',
    ...totalLines(total),
  ])
}

/** Returns one row per period. */
export function reportCsv({ periods, total }: ReportDocument): string {
  const fields = Object.keys(total) as readonly (keyof Figures)[]
  return toCsv(
    fields,
    periods.map(period => fields.map(field => period[field])),
  )
}
