import { satsNumber } from './books.ts'
import { holeOf, type RouteState } from './coverage.ts'
import type { BookedFill } from './cross-book.ts'
import { PeriodSums } from './period-sums.ts'
import { Zone } from './periods.ts'
import { type EventPrices, fillPostings, fundingPosting, tradePostings } from './postings.ts'
import { REPORT_ROUTES } from './report.ts'
import { fillResult, tradeResult } from './results.ts'
import type { FundingRow, TradeRow } from './rows.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** The spans of recent sums: since the start of the UTC day, of its week (Monday) and of its month, and rolling ones. */
export const RECENT_SPANS = ['today', 'week', 'month', '24h', '7d', '30d'] as const

export type RecentSpan = (typeof RECENT_SPANS)[number]

/** The figures of one span. Every amount is null for `unknownReason`, if there is one. */
export interface RecentSum {
  /** ms since 1970. */
  readonly from: number
  /** Gross less fees and funding. */
  readonly netSats: number | null
  readonly grossSats: number | null
  readonly feesSats: number | null
  /** Positive = paid. */
  readonly fundingSats: number | null
  /** Closed trades, and fills that reduced the cross position. */
  readonly trades: number | null
  readonly wins: number | null
  readonly unknownReason: string | null
}

export type RecentSums = Readonly<Record<RecentSpan, RecentSum>>

/** Rows of at least the longest span, in any order. */
export interface RecentRows {
  readonly trades: readonly TradeRow[]
  readonly fills: readonly BookedFill[]
  readonly funding: readonly FundingRow[]
  readonly routes: readonly RouteState[]
}

const NO_PRICES: EventPrices = { fixings: new Map(), minutes: new Map() }
const UTC = new Zone('UTC')

/** Returns the start of each span at `now`. */
export function recentStarts(now: number): Readonly<Record<RecentSpan, number>> {
  const startOf = (unit: 'day' | 'week' | 'month'): number => UTC.periodAt(now, unit).start
  return {
    today: startOf('day'),
    week: startOf('week'),
    month: startOf('month'),
    '24h': now - DAY_MS,
    '7d': now - 7 * DAY_MS,
    '30d': now - 30 * DAY_MS,
  }
}

/** Sums what was realized since the start of each span, as `axisor report` does. `now`: ms since 1970 by the exchange's clock. */
export function recentSums({ trades, fills, funding, routes }: RecentRows, now: number): RecentSums {
  const postings = [
    ...trades.flatMap(trade => tradePostings(trade, now)),
    ...fills.flatMap(fillPostings),
    ...funding.map(fee => fundingPosting(fee, NO_PRICES)),
  ]
  const results = [...trades.map(tradeResult), ...fills.map(fillResult)].filter(result => result !== null)
  const sumOf = (from: number): RecentSum => {
    const sums = new PeriodSums()
    for (const posting of postings) if (posting.at >= from && posting.at <= now) sums.addPosting(posting)
    for (const result of results) if (result.at >= from && result.at <= now) sums.addResult(result)
    return figuresOf(from, sums, holeOf(routes, REPORT_ROUTES, from) ?? sums.unknown)
  }
  const starts = recentStarts(now)
  return Object.fromEntries(RECENT_SPANS.map(span => [span, sumOf(starts[span])])) as RecentSums
}

function figuresOf(from: number, sums: PeriodSums, unknownReason: string | null): RecentSum {
  const { grossPl, tradingFees, funding } = sums.books()
  const known = <T>(value: T): T | null => (unknownReason === null ? value : null)
  const net =
    grossPl === null || tradingFees === null || funding === null ? null : grossPl - tradingFees - funding
  return {
    from,
    netSats: known(satsNumber(net)),
    grossSats: known(satsNumber(grossPl)),
    feesSats: known(satsNumber(tradingFees)),
    fundingSats: known(satsNumber(funding)),
    trades: known(sums.trades),
    wins: known(sums.wins),
    unknownReason,
  }
}
