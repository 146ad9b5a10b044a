import { holeOf, type RouteState } from './coverage.ts'
import { type CrossBook, crossBookOf } from './cross-book.ts'
import type { BookedRows } from './postings.ts'
import type { FillRow } from './rows.ts'

/** The rows of a ledger that are booked, as they are stored. */
export type BookedRowsInput = Omit<BookedRows, 'fills'> & { readonly fills: readonly FillRow[] }

/**
 * Adds the replayed P&L to the fills. The replay begins flat if the fills are listed from the first one on. `statedMarginSats`: the cross
 * margin after all rows, or null if it is not known.
 */
export function bookedRows(
  input: BookedRowsInput,
  routes: readonly RouteState[],
  statedMarginSats: number | null,
): { readonly rows: BookedRows; readonly cross: CrossBook } {
  const { fills, transfers, funding } = input
  const isWhole = holeOf(routes, ['crossFilled', 'crossTransfers', 'crossFunding']) === null
  const ofCross = funding.filter(({ mode }) => mode === 'cross')
  const crossRows = { fills, transfers, funding: ofCross, startUsd: isWhole ? 0 : null }
  const cross = crossBookOf(crossRows, statedMarginSats)
  return { rows: { ...input, fills: cross.fills }, cross }
}
