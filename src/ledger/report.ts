import type { Books } from './books.ts'
import { holeOf, type LedgerRoute, type RouteState } from './coverage.ts'
import { type CurvePoint, equityCurve, largestFall } from './drawdown.ts'
import { PeriodSums, type UsdBooks } from './period-sums.ts'
import { type Period, type PeriodUnit, periodsBetween, type Zone } from './periods.ts'
import {
  type EventPrices,
  fillPostings,
  fundingPosting,
  type Posting,
  tradePostings,
  walletPostings,
} from './postings.ts'
import { realizedCross } from './realized-cross.ts'
import {
  crossSpans,
  fillResult,
  joinSpans,
  overlapMs,
  type Span,
  type TradeResult,
  tradeResult,
} from './results.ts'
import type {
  BookedTrade,
  DepositRow,
  FillRow,
  FundingRow,
  PriceRow,
  SampleRow,
  SettlementRow,
  TransferRow,
  WithdrawalRow,
} from './rows.ts'

/** The listings that a report sums. */
export const REPORT_ROUTES: readonly LedgerRoute[] = [
  'isolatedClosed',
  'isolatedFunding',
  'crossFilled',
  'crossFunding',
  'crossTransfers',
  'settlements',
]

/** The input of a report, besides the trades and funding fees. Lists are oldest first. */
export interface ReportInput {
  readonly fills: readonly FillRow[]
  readonly transfers: readonly TransferRow[]
  readonly crossFunding: readonly FundingRow[]
  readonly deposits: readonly DepositRow[]
  readonly withdrawals: readonly WithdrawalRow[]
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

/** A whole period with its sums. */
interface SummedPeriod extends Period {
  readonly sums: PeriodSums
}

const NO_PERIOD: SummedPeriod = { start: 0, end: 0, sums: new PeriodSums() }

/** Spans are joined when there are this many. */
const MANY_SPANS = 10_000

/** Makes the report of a ledger. Trades and funding fees are added one at a time, since there may be very many. */
export class ReportBuilder {
  readonly #input: ReportInput
  readonly #prices: EventPrices
  /** By their start. */
  readonly #periods = new Map<number, SummedPeriod>()
  readonly #curve: readonly CurvePoint[]
  #spans: Span[]
  /** The last two periods: the fill of a trade and its close are often in neighbors. */
  #recent: readonly [SummedPeriod, SummedPeriod] = [NO_PERIOD, NO_PERIOD]
  #firstAt: number
  /** Why the P&L of a cross fill is not known. */
  readonly #crossReason: string | null

  constructor(input: ReportInput) {
    this.#input = input
    this.#prices = eventPrices(input)
    this.#firstAt = input.to
    const { fills, transfers, crossFunding, routes, samples, to } = input
    const book = realizedCross({ fills, transfers, funding: crossFunding, samples }, routes)
    this.#crossReason = book.unknownReason
    for (const fill of book.fills) {
      for (const posting of fillPostings(fill)) this.#addPosting(posting)
      this.#addResult(fillResult(fill))
    }
    this.#spans = [...crossSpans(book.fills, to)]
    for (const fee of crossFunding) this.#addPosting(fundingPosting(fee, this.#prices))
    const moves = walletPostings(input).toSorted((a, b) => a.at - b.at)
    this.#curve = equityCurve(samples, moves)
  }

  addTrade(trade: BookedTrade): void {
    const { to } = this.#input
    for (const posting of tradePostings(trade, to)) this.#addPosting(posting)
    this.#addResult(tradeResult(trade))
    const { state, filledAt, closedAt } = trade
    if (filledAt === null || state === 'open' || state === 'canceled') return
    this.#spans.push({ from: filledAt, to: closedAt ?? to })
    if (this.#spans.length >= MANY_SPANS) this.#spans = [...joinSpans(this.#spans)]
  }

  /** Adds a funding fee of an isolated trade; those of the cross position are part of the input. */
  addFunding(fee: FundingRow): void {
    if (fee.mode === 'isolated') this.#addPosting(fundingPosting(fee, this.#prices))
  }

  report(): Report {
    const { from: given, to, by, zone } = this.#input
    const from = given ?? this.#firstAt
    const spans = joinSpans(this.#spans)
    const periods = periodsBetween(from, to, by, zone).map(period => {
      return this.#figures(period, this.#sumsAt(period.start), spans, period.start)
    })
    const total = new PeriodSums()
    for (const { sums } of this.#periods.values()) total.addPeriod(sums)
    return { periods, total: this.#figures({ start: from, end: to + 1 }, total, spans, given) }
  }

  #isInRange(at: number): boolean {
    const { from, to } = this.#input
    return at <= to && (from === null || at >= from)
  }

  #addPosting(posting: Posting): void {
    if (!this.#isInRange(posting.at)) return
    this.#firstAt = Math.min(this.#firstAt, posting.at)
    this.#sumsAt(posting.at).addPosting(posting)
  }

  #addResult(result: TradeResult | null): void {
    if (result === null || !this.#isInRange(result.at)) return
    this.#sumsAt(result.at).addResult(result)
  }

  /** The sums of the period that contains a time. */
  #sumsAt(at: number): PeriodSums {
    const [last, earlier] = this.#recent
    if (at >= last.start && at < last.end) return last.sums
    const isEarlier = at >= earlier.start && at < earlier.end
    const period = isEarlier ? earlier : this.#periodAt(at)
    this.#recent = [period, last]
    return period.sums
  }

  #periodAt(at: number): SummedPeriod {
    const { zone, by } = this.#input
    const period = zone.periodAt(at, by)
    const known = this.#periods.get(period.start)
    if (known !== undefined) return known
    const summed = { ...period, sums: new PeriodSums() }
    this.#periods.set(period.start, summed)
    return summed
  }

  #unknownOf({ unknown }: PeriodSums): string | null {
    return unknown === null || this.#crossReason === null ? unknown : `${unknown}: ${this.#crossReason}`
  }

  /** `knownFrom`: from when the listings must be complete; null: from their first row. */
  #figures(
    { start, end }: Period,
    sums: PeriodSums,
    spans: readonly Span[],
    knownFrom: number | null,
  ): PeriodReport {
    const { trades, wins, losses, wonSats, lostSats, largestLossSats } = sums
    const values = this.#curve.filter(({ at }) => at >= start && at < end).map(point => point.performanceSats)
    return {
      start,
      end,
      books: sums.books(),
      usd: sums.usd(),
      trades,
      wins,
      losses,
      wonSats,
      lostSats,
      largestLossSats,
      maxDrawdownSats: largestFall(values),
      inMarketMs: overlapMs(spans, start, end - 1),
      unknownReason: holeOf(this.#input.routes, REPORT_ROUTES, knownFrom) ?? this.#unknownOf(sums),
    }
  }
}
