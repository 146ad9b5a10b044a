import { AxisorError } from '../../domain/error.ts'
import type { HistoryRow } from '../../ledger/history-row.ts'
import type { AccountHistory, HistoryProblem, HistoryView } from '../../ports/account-history.ts'
import type { Cancel } from '../../ports/clock.ts'
import type { LedgerHistory } from '../../ports/ledger-history.ts'
import type { HistoryProblems } from './history-problems.ts'
import { pagesOf, RowPages, rowsOfPage } from './row-pages.ts'

/** Reads from the ledger, which may fail. */
const READING = 'history'

type RowsView = HistoryView & { readonly rows: RowPages }

/** What the owner of a shown history is called for. */
interface ShownHistoryEvents {
  /** A refresh is due: a page could not be read, or it is of a list with other rows than the summary counts. */
  onOutdated(): void
  /** A frame of the account is drawn. */
  onShown?(): void
}

/** What a screen shows of a ledger, and what it asks for. Without a ledger it shows nothing. */
export class ShownHistory implements AccountHistory {
  readonly #listeners = new Set<() => void>()
  readonly #problems: HistoryProblems
  readonly #on: ShownHistoryEvents
  #ledger: LedgerHistory | null = null
  #isRefreshing = false
  #isClosed = false
  #shown = { first: 0, count: 1 }
  /** Pages that are being read, or could not be. */
  readonly #loading = new Set<number>()
  /** Number of the list of rows: a refresh replaces it. */
  #list = 0
  #view: RowsView = {
    summary: null,
    rows: new RowPages(),
    rowsRead: 0,
    problems: [],
    notice: null,
    story: null,
  }

  constructor(problems: HistoryProblems, on: ShownHistoryEvents) {
    this.#problems = problems
    this.#on = on
  }

  view(): HistoryView {
    return this.#view
  }

  subscribe(listener: () => void): Cancel {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  showRows(first: number, count: number): void {
    this.#shown = { first, count }
    this.#on.onShown?.()
    for (const page of pagesOf(first, count)) void this.#loadPage(page)
  }

  showStory(id: string): void {
    this.#update({ story: { id } })
    const show = (story: Omit<NonNullable<HistoryView['story']>, 'id'>): void => {
      if (this.#view.story?.id === id) this.#update({ story: { id, ...story } })
    }
    void this.#problems.attempt(READING, async () => {
      try {
        show({ events: (await this.#ledger?.story(id)) ?? null })
      } catch (error) {
        if (error instanceof AxisorError) show({ failure: error.message })
        throw error
      }
    })
  }

  async allRows(): Promise<readonly HistoryRow[]> {
    if (this.#ledger === null) return []
    const { rows } = await this.#ledger.rows(0, Number.MAX_SAFE_INTEGER)
    return rows
  }

  /** The ledger to read from, or null. */
  setLedger(ledger: LedgerHistory | null): void {
    this.#ledger = ledger
  }

  rowsRead(rows: number): void {
    this.#update({ rowsRead: rows })
  }

  showNotice(notice: string): void {
    this.#update({ notice })
  }

  showProblems(problems: readonly HistoryProblem[]): void {
    this.#update({ problems })
  }

  close(): void {
    this.#isClosed = true
    this.#ledger = null
    this.#listeners.clear()
  }

  async #loadPage(page: number): Promise<void> {
    const ledger = this.#ledger
    const { first, count } = rowsOfPage(page)
    if (ledger === null || this.#loading.has(page) || this.#view.rows.has(page)) return
    if (first >= this.#view.rows.count) return
    const list = this.#list
    let isOfList = true
    this.#loading.add(page)
    const isRead = await this.#problems.attempt(READING, async () => {
      const { rows, total } = await ledger.rows(first, count)
      // The rows of a list that was replaced meanwhile are others.
      if (list !== this.#list) return
      isOfList = total === this.#view.rows.count
      if (isOfList) this.#update({ rows: this.#view.rows.with(page, rows) })
    })
    // A page that can't be read waits for the next refresh: each frame asks for it.
    if (isRead && isOfList) this.#loading.delete(page)
    else this.#on.onOutdated()
  }

  /** Reads sums, curve and the rows on the screen, and shows them together. `now`: by the exchange's clock. Returns false if it fails. */
  async refresh(now: number): Promise<boolean> {
    const ledger = this.#ledger
    if (ledger === null || this.#isRefreshing || this.#isClosed) return true
    this.#isRefreshing = true
    const isRead = await this.#problems.attempt(READING, async () => {
      const summary = await ledger.summary(now)
      const rows = await this.#shownPages(ledger, summary.count)
      this.#list += 1
      this.#loading.clear()
      this.#update({ summary, rows })
    })
    this.#isRefreshing = false
    return isRead
  }

  /** The pages on the screen. A page of a list that has changed since the summary is left out. */
  async #shownPages(ledger: LedgerHistory, listed: number): Promise<RowPages> {
    let pages = new RowPages(listed)
    for (const page of pagesOf(this.#shown.first, this.#shown.count)) {
      const { first, count } = rowsOfPage(page)
      if (first >= listed || this.#isClosed) continue
      const { rows, total } = await ledger.rows(first, count)
      if (total === listed) pages = pages.with(page, rows)
    }
    return pages
  }

  #update(change: Partial<RowsView>): void {
    if (this.#isClosed) return
    this.#view = { ...this.#view, ...change }
    for (const listener of [...this.#listeners]) listener()
  }
}
