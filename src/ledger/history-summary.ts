import { type Coverage, coverageOf, holeIn, type RouteState, routeState } from './coverage.ts'
import type { BookedFill } from './cross-book.ts'
import { type EquityRanges, equityRanges } from './curve-buckets.ts'
import { equityCurve } from './drawdown.ts'
import { walletPostings } from './postings.ts'
import { type RecentSums, recentStarts, recentSums } from './recent-sums.ts'
import { REPORT_ROUTES } from './report.ts'
import type { LedgerTable, LedgerTables, TradeRow } from './rows.ts'

const YEAR_MS = 366 * 86_400_000

/** How much of the listings behind the sums is there. Times are ms since 1970. */
export interface HistoryCoverage {
  /** Complete from then on; null: from the first row of each listing. Meaningless if `to` is null. */
  readonly from: number | null
  /** Complete up to then; null if nothing is. */
  readonly to: number | null
  /** Which listing is not whole, and why; null if all are. */
  readonly reason: string | null
}

/** The figures of an account's history. */
export interface HistorySummary {
  readonly sums: RecentSums
  readonly curves: EquityRanges
  readonly coverage: HistoryCoverage
  /** Closed trades and fills in the ledger. */
  readonly count: number
  /** Time of the oldest of them, ms since 1970; null if there is none. */
  readonly oldestAt: number | null
}

/** The calls of a ledger that a summary needs. */
interface SummaryLedger {
  read<Table extends LedgerTable>(
    table: Table,
    range?: { readonly from?: number; readonly to?: number },
  ): Promise<readonly LedgerTables[Table][]>
  unfinishedTrades(): Promise<readonly TradeRow[]>
  routes(): Promise<readonly RouteState[]>
}

/** What is known of the list of closed trades and fills. */
export interface ListedHistory extends Pick<HistorySummary, 'count' | 'oldestAt'> {
  /** The replayed fills, oldest first. */
  readonly fills: readonly BookedFill[]
}

/** Reads the rows of a summary, and sums them. `now`: ms since 1970 by the exchange's clock. @throws AxisorError as the ledger */
export async function readHistorySummary(
  ledger: SummaryLedger,
  { fills, count, oldestAt }: ListedHistory,
  now: number,
): Promise<HistorySummary> {
  const range = { from: Math.min(...Object.values(recentStarts(now))) }
  const routes = await ledger.routes()
  const trades = await ledger.read('trades', range)
  const running = (await ledger.unfinishedTrades()).filter(({ state }) => state === 'running')
  const ids = new Set(running.map(({ id }) => id))
  const sums = recentSums(
    {
      // P&L that was cashed in from a running trade counts now, however old the trade is.
      trades: [...trades.filter(({ id }) => !ids.has(id)), ...running],
      fills,
      funding: await ledger.read('funding', range),
      routes,
    },
    now,
  )
  const moves = walletPostings({
    deposits: await ledger.read('deposits'),
    withdrawals: await ledger.read('withdrawals'),
  }).toSorted((a, b) => a.at - b.at)
  const samples = await ledger.read('samples', { from: now - YEAR_MS, to: now })
  return {
    sums,
    curves: equityRanges(equityCurve(samples, moves), moves, now),
    coverage: historyCoverage(REPORT_ROUTES.map(route => coverageOf(routeState(routes, route)))),
    count,
    oldestAt,
  }
}

/** The period in which all listings of the sums are complete. */
export function historyCoverage(each: readonly Coverage[]): HistoryCoverage {
  const isRead = each.every(({ to }) => to !== null)
  const starts = each.flatMap(({ from }) => from ?? [])
  return {
    from: starts.length === 0 ? null : Math.max(...starts),
    to: isRead ? Math.min(...each.map(({ to }) => to ?? 0)) : null,
    reason: holeIn(each, null),
  }
}
