import type { HistoryRow } from '../../ledger/history-row.ts'
import type { HistoryRows } from '../../ports/account-history.ts'

const PAGE_ROWS = 200
/** Pages that are kept: a list may have hundreds. */
const MAX_PAGES = 10

/** The pages of a list that were read. Immutable: `with` returns the list with another page. */
export class RowPages implements HistoryRows {
  readonly count: number
  readonly #pages: ReadonlyMap<number, readonly HistoryRow[]>

  constructor(count = 0, pages: ReadonlyMap<number, readonly HistoryRow[]> = new Map()) {
    this.count = count
    this.#pages = pages
  }

  at(index: number): HistoryRow | null {
    return this.#pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS] ?? null
  }

  with(page: number, rows: readonly HistoryRow[]): RowPages {
    const kept = [...this.#pages].filter(([each]) => each !== page).slice(1 - MAX_PAGES)
    return new RowPages(this.count, new Map([...kept, [page, rows]]))
  }

  has(page: number): boolean {
    return this.#pages.has(page)
  }
}

/** Returns the pages of some rows. */
export function pagesOf(first: number, count: number): readonly number[] {
  const from = Math.floor(Math.max(0, first) / PAGE_ROWS)
  const to = Math.floor(Math.max(0, first + count - 1) / PAGE_ROWS)
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

/** Returns the first row of a page, and how many it has. */
export function rowsOfPage(page: number): { readonly first: number; readonly count: number } {
  return { first: page * PAGE_ROWS, count: PAGE_ROWS }
}
