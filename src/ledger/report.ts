import { type BookedRowsInput, bookedRows } from './booked-rows.ts'
import { type Books, booksOf } from './books.ts'
import { holeOf, type LedgerRoute, type RouteState } from './coverage.ts'
import { type CurvePoint, equityCurve, largestFall } from './drawdown.ts'
import { type Period, type PeriodUnit, periodsBetween, type Zone } from './periods.ts'
import { type EventPrices, type Posting, postingsOf } from './postings.ts'
import { overlapMs, resultsOf, type TradeResult, timesInMarket } from './results.ts'
import type { PriceRow, SampleRow, SettlementRow } from './rows.ts'
import { type UsdBooks, usdBooksOf } from './usd-books.ts'

/** The listings that a report sums. */
export const REPORT_ROUTES: readonly LedgerRoute[] = [
  'isolatedClosed',
  'isolatedFunding',
  'crossFilled',
  'crossFunding',
  'crossTransfers',
  'settlements',
]

/** The input of a report. Lists are oldest first. */
export interface ReportInput {
  readonly rows: BookedRowsInput
  readonly settlements: readonly SettlementRow[]
  readonly prices: readonly PriceRow[]
  readonly samples: readonly SampleRow[]
  readonly routes: readonly RouteState[]
  /** ms since 1970; null: from the first record. */
  readonly from: number | null
  readonly to: number
  readonly by: PeriodUnit
  readonly zone: Zone
}

/** The figures of one period. Null: unknown, for `unknownReason`, or without a meaning, such as a win rate without trades. */
export interface PeriodReport extends Period {
  readonly books: Books
  readonly usd: UsdBooks
  readonly trades: number
  readonly wins: number
  readonly losses: number
  readonly wonSats: bigint
  /** Negative. */
  readonly lostSats: bigint
  /** Negative; null without a loss. */
  readonly largestLossSats: bigint | null
  /** Of the equity without deposits and withdrawals; null with fewer than two samples. */
  readonly maxDrawdownSats: bigint | null
  readonly inMarketMs: number
  readonly unknownReason: string | null
}

/** A report: its periods, and the same figures for all of them together. */
export interface Report {
  readonly periods: readonly PeriodReport[]
  readonly total: PeriodReport
}

/** Everything that the figures are taken from. */
interface Facts {
  readonly postings: readonly Posting[]
  readonly results: readonly TradeResult[]
  readonly curve: readonly CurvePoint[]
  readonly spans: ReturnType<typeof timesInMarket>
  readonly routes: readonly RouteState[]
}

/** Returns prices of events by settlement and minute. */
export function eventPrices({
  settlements,
  prices,
}: Pick<ReportInput, 'settlements' | 'prices'>): EventPrices {
  return {
    fixings: new Map(settlements.map(({ id, fixingPriceUsd }) => [id, fixingPriceUsd])),
    minutes: new Map(prices.map(({ at, closeUsd }) => [at, closeUsd])),
  }
}

/** Makes the report of a ledger. */
export function reportOf(input: ReportInput): Report {
  const { routes, samples, to, by, zone } = input
  const { rows } = bookedRows(input.rows, routes, samples.at(-1)?.crossMarginSats ?? null)
  const postings = postingsOf(rows, to, eventPrices(input))
  const facts: Facts = {
    postings,
    results: resultsOf(rows),
    curve: equityCurve(samples, postings),
    spans: timesInMarket(rows, to),
    routes,
  }
  const from = input.from ?? postings[0]?.at ?? to
  const periods = periodsBetween(from, to, by, zone)
  return {
    periods: periods.map(period => figuresOf(period, facts, period.start)),
    total: figuresOf({ start: from, end: to + 1 }, facts, input.from),
  }
}

/** `knownFrom`: from when the listings must be complete; null: from their first row. */
function figuresOf({ start, end }: Period, facts: Facts, knownFrom: number | null): PeriodReport {
  const postings = between(facts.postings, start, end)
  const results = between(facts.results, start, end)
  const hole = holeOf(facts.routes, REPORT_ROUTES, knownFrom)
  const known = results.flatMap(({ netSats }) => netSats ?? [])
  const losses = known.filter(net => net < 0n)
  const books = booksOf(postings)
  const unknown = postings.find(({ sats }) => sats === null)
  return {
    start,
    end,
    books,
    usd: usdBooksOf(postings),
    trades: results.length,
    wins: known.filter(net => net > 0n).length,
    losses: losses.length,
    wonSats: known.reduce((sum, net) => (net > 0n ? sum + net : sum), 0n),
    lostSats: losses.reduce((sum, net) => sum + net, 0n),
    largestLossSats: losses.reduce<bigint | null>(
      (worst, net) => (worst === null || net < worst ? net : worst),
      null,
    ),
    maxDrawdownSats: largestFall(between(facts.curve, start, end).map(point => point.performanceSats)),
    inMarketMs: overlapMs(facts.spans, start, end - 1),
    unknownReason: hole ?? (unknown === undefined ? null : `${unknown.book} of ${unknown.id} is not known`),
  }
}

/** The part of a sorted list from `start` up to, but not including, `end`. */
function between<T extends { readonly at: number }>(
  list: readonly T[],
  start: number,
  end: number,
): readonly T[] {
  return list.slice(indexOf(list, start), indexOf(list, end))
}

/** Index of the first item at or after a time. */
function indexOf(list: readonly { readonly at: number }[], at: number): number {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle]?.at ?? 0) < at) low = middle + 1
    else high = middle
  }
  return low
}
