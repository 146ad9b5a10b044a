import { type EquityRanges, equityRanges } from '../../src/ledger/curve-buckets.ts'
import type { CurvePoint } from '../../src/ledger/drawdown.ts'
import type { HistoryRow } from '../../src/ledger/history-row.ts'
import type { HistorySummary } from '../../src/ledger/history-summary.ts'
import type { Posting } from '../../src/ledger/postings.ts'
import { RECENT_SPANS, type RecentSum, type RecentSums, recentStarts } from '../../src/ledger/recent-sums.ts'
import type { HistoryView } from '../../src/ports/account-history.ts'
import { T0 } from './samples.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** A closed trade that was stopped out. */
export function historyRow(over: Partial<HistoryRow> = {}): HistoryRow {
  return {
    kind: 'trade',
    id: '91b00000-0000-4000-8000-000000000004',
    at: T0 - 6 * HOUR_MS,
    side: 'long',
    quantityUsd: 4_000,
    entryPriceUsd: 68_950,
    exitPriceUsd: 68_410,
    grossSats: -45_791,
    feesSats: 4_021,
    fundingSats: 310,
    netSats: -50_122,
    cause: 'stop-loss',
    ...over,
  }
}

/** A fill that reduced the cross position. */
function fillRow(over: Partial<HistoryRow> = {}): HistoryRow {
  return historyRow({
    kind: 'fill',
    id: 'f1110000-0000-4000-8000-000000000006',
    at: T0 - 8 * HOUR_MS,
    side: 'short',
    quantityUsd: 2_500,
    entryPriceUsd: null,
    exitPriceUsd: 69_700,
    grossSats: 32_904,
    feesSats: 2_404,
    fundingSats: null,
    netSats: 30_500,
    cause: null,
    ...over,
  })
}

/** Some rows, newest first: stopped out, a cross fill, a fill of unknown P&L, liquidated, taken profit. */
export const HISTORY_ROWS: readonly HistoryRow[] = [
  historyRow(),
  fillRow(),
  fillRow({
    id: 'f2220000-0000-4000-8000-000000000007',
    side: 'long',
    at: T0 - 9 * HOUR_MS,
    grossSats: null,
    netSats: null,
  }),
  historyRow({
    id: 'e7f10000-0000-4000-8000-000000000008',
    at: T0 - 47 * HOUR_MS,
    quantityUsd: 10_000,
    entryPriceUsd: 71_300,
    exitPriceUsd: 70_100,
    grossSats: -255_870,
    netSats: -270_123,
    feesSats: 14_100,
    fundingSats: 153,
    cause: 'liquidated',
  }),
  historyRow({
    id: 'aa170000-0000-4000-8000-000000000005',
    at: T0 - 70 * HOUR_MS,
    side: 'short',
    quantityUsd: 2_500,
    entryPriceUsd: 70_410,
    exitPriceUsd: 69_700,
    grossSats: 36_168,
    netSats: 33_764,
    feesSats: 2_404,
    fundingSats: 0,
    cause: 'take-profit',
  }),
]

function madeSum(from: number, netSats: number): RecentSum {
  return {
    from,
    netSats,
    grossSats: netSats + 9_000,
    feesSats: 8_000,
    fundingSats: 1_000,
    trades: 4,
    wins: 3,
    unknownReason: null,
  }
}

const NETS = {
  today: -49_812,
  week: 102_311,
  month: 811_000,
  '24h': -16_908,
  '7d': 311_904,
  '30d': 1_204_551,
}

/** Sums that are known, or unknown for a reason. */
function madeSums(reason: string | null): RecentSums {
  const starts = recentStarts(T0)
  const sumOf = (span: (typeof RECENT_SPANS)[number]): RecentSum => {
    const sum = madeSum(starts[span], NETS[span])
    if (reason === null) return sum
    const nothing = {
      netSats: null,
      grossSats: null,
      feesSats: null,
      fundingSats: null,
      trades: null,
      wins: null,
    }
    return { ...sum, ...nothing, unknownReason: reason }
  }
  return Object.fromEntries(RECENT_SPANS.map(span => [span, sumOf(span)])) as RecentSums
}

/** Six days of samples by the hour, with a gap of a day, a deposit before it and a withdrawal after it. */
function madeCurves(): EquityRanges {
  const points: CurvePoint[] = []
  const deposit = 500_000n
  for (let hour = 6 * 24; hour >= 0; hour -= 1) {
    if (hour > 48 && hour < 72) continue
    const performance = 12_000_000 + Math.round(400_000 * Math.sin(hour / 9)) - hour * 1_000
    const moved = hour < 100 ? (hour < 20 ? 200_000n : deposit) : 0n
    points.push({
      at: T0 - hour * HOUR_MS,
      equitySats: performance + Number(moved),
      performanceSats: BigInt(performance),
    })
  }
  const move = (book: Posting['book'], hours: number, sats: bigint): Posting => ({
    book,
    at: T0 - hours * HOUR_MS,
    sats,
    funds: 'wallet',
    id: `${book} ${hours}`,
    priceUsd: null,
  })
  return equityRanges(points, [move('deposits', 100, deposit), move('withdrawals', 20, 300_000n)], T0)
}

/** The summary of a whole ledger, or of one with a hole. */
export function madeSummary(over: Partial<HistorySummary> = {}): HistorySummary {
  const { coverage = { from: null, to: T0 - 60_000, reason: null } } = over
  return {
    sums: madeSums(coverage.reason),
    curves: madeCurves(),
    coverage,
    count: HISTORY_ROWS.length,
    oldestAt: T0 - 300 * DAY_MS,
    ...over,
  }
}

/** The history of the sample account. */
export function madeHistory(over: Partial<HistoryView> = {}, rows = HISTORY_ROWS): HistoryView {
  return {
    summary: madeSummary({ count: rows.length }),
    rows: { count: rows.length, at: index => rows[index] ?? null },
    rowsRead: 0,
    problems: [],
    notice: null,
    story: null,
    ...over,
  }
}
