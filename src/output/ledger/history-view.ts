import { mapValues } from '../../domain/map-values.ts'
import type { CurveRange, EquityRange } from '../../ledger/curve-buckets.ts'
import type { HistoryRow } from '../../ledger/history-row.ts'
import type { HistorySummary } from '../../ledger/history-summary.ts'
import type { RecentSpan, RecentSum } from '../../ledger/recent-sums.ts'
import { REPORT_ROUTES } from '../../ledger/report.ts'
import type { HistoryRowsDocument, HistorySummaryDocument } from '../../wire/ledger/history-view-documents.ts'
import { iso } from '../numbers.ts'
import { type HeadFacts, headOf } from './head.ts'

/** Converts the figures of a history to their document. The coverage is in its head. */
export function historySummaryDocument(
  { sums, curves, count, oldestAt }: HistorySummary,
  failures: HistorySummaryDocument['failures'],
  facts: HeadFacts,
): HistorySummaryDocument {
  return {
    ...headOf(facts, REPORT_ROUTES),
    sums: mapValues(sums, sumOf) satisfies Record<RecentSpan, unknown>,
    curves: mapValues(curves, curveOf) satisfies Record<CurveRange, unknown>,
    total: count,
    oldestAt: oldestAt === null ? null : iso(oldestAt),
    failures,
  }
}

function sumOf(sum: RecentSum): HistorySummaryDocument['sums'][RecentSpan] {
  const { from, netSats, grossSats, feesSats, fundingSats, trades, wins, unknownReason } = sum
  const pl = { netPlSats: netSats, grossPlSats: grossSats }
  return { from: iso(from), ...pl, feesSats, fundingSats, trades, wins, unknownReason }
}

function curveOf(curve: EquityRange): HistorySummaryDocument['curves'][CurveRange] {
  const { from, to, values, marks, drawdownSats, changeSats } = curve
  return {
    from: iso(from),
    to: iso(to),
    values: [...values],
    marks: marks.map(({ interval, at, sats }) => ({ interval, at: iso(at), sats })),
    drawdownSats,
    changeSats,
  }
}

/** Converts a part of the list of closed trades and fills to its document. `first`: index of its first row, of `total`. */
export function historyRowsDocument(
  rows: readonly HistoryRow[],
  { first, total }: Pick<HistoryRowsDocument, 'first' | 'total'>,
  facts: HeadFacts,
): HistoryRowsDocument {
  return {
    ...headOf(facts, ['isolatedClosed', 'crossFilled']),
    total,
    first,
    rows: rows.map(({ at, grossSats, netSats, ...row }) => {
      const { kind, id, side, quantityUsd, entryPriceUsd, exitPriceUsd, feesSats, fundingSats, cause } = row
      return {
        ...{ kind, id, at: iso(at), side, quantityUsd, entryPriceUsd, exitPriceUsd },
        ...{ grossPlSats: grossSats, feesSats, fundingSats, netPlSats: netSats, cause },
      }
    }),
  }
}
