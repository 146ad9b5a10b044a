import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import { AxisorError } from '../../domain/error.ts'
import type { AccountHistory } from '../../ports/account-history.ts'
import type { Clock } from '../../ports/clock.ts'
import type { LedgerHistory } from '../../ports/ledger-history.ts'
import { HistoryProblems } from '../ledger/history-problems.ts'
import { ShownHistory } from '../ledger/shown-history.ts'
import type { RelayDocuments, RelayDocumentsOptions } from './relay-documents.ts'
import { RelayHistory } from './relay-history.ts'

/** How often the history is requested while nothing happens: the relay then reads what is new from the exchange. */
const EVERY_MS = 5 * 60_000
/** After the first failure, also of a part that the relay reads; doubled by each further one: a key may lack a permission for good. */
const RETRY_MS = 60_000
/** While the feed has no connection. */
const OFFLINE_RETRY_MS = 15_000
/** What happened appears in the listings a little later, and a relay reads them again after 5 s. */
const LISTING_DELAY_MS = 8_000
/** Shortest time between the requests of an account that trades all the time. */
const LEAST_MS = 30_000
/** The history of an account that was not on the screen for so long is not requested. */
const SHOWN_MS = 30_000

/** Status of a relay that is older than this program, or whose source has no history. */
const NOT_SERVED: ReadonlySet<number | null> = new Set([404, 501])

/** What the history of an account over a relay needs. */
export interface LiveRelayHistoryDeps {
  readonly clock: Clock
  /** Opens the documents of the account. */
  openDocuments(
    options: Required<Pick<RelayDocumentsOptions, 'onProgress' | 'isWanted'>>,
  ): Pick<RelayDocuments, 'read'>
  /** False while the feed has no connection: then nothing is requested. */
  mayRead(): boolean
}

/** Requests the history of an account from a relay while its screen is shown: seldom, and soon after something has happened. */
export class LiveRelayHistory {
  readonly shown: AccountHistory
  readonly #shown: ShownHistory
  readonly #deps: LiveRelayHistoryDeps
  readonly #timer: DeadlineTimer
  readonly #problems: HistoryProblems
  #shownAt = Number.NEGATIVE_INFINITY
  #requestedAt = Number.NEGATIVE_INFINITY
  /** When the next request is due; infinite before the feed has its first snapshot. */
  #dueAt = Number.POSITIVE_INFINITY
  #isServed = true
  /** False if the relay could not read a part of the last summary. */
  #isWhole = true
  #failedInRow = 0
  #isRunning = false
  #isClosed = false

  constructor(deps: LiveRelayHistoryDeps) {
    const { clock, openDocuments } = deps
    this.#deps = deps
    this.#problems = new HistoryProblems(clock, problems => this.#shown.showProblems(problems))
    this.#shown = new ShownHistory(this.#problems, {
      onOutdated: () => this.accountChanged(),
      onShown: () => this.#onShown(),
    })
    const documents = openDocuments({
      onProgress: ({ rows }) => this.#shown.rowsRead(rows),
      isWanted: () => !this.#isClosed,
    })
    const history = new RelayHistory(documents, failures => {
      this.#isWhole = failures.length === 0
      this.#problems.state(failures)
    })
    this.#shown.setLedger(this.#served(history))
    this.shown = this.#ifServed()
    this.#timer = new DeadlineTimer(clock, () => void this.#run())
  }

  /** Begins to request. Call it when the feed has its first snapshot: the history can wait. */
  start(): void {
    this.#due(this.#deps.clock.nowMs())
  }

  /** Requests the history soon: something happened in the account. */
  accountChanged(): void {
    if (this.#dueAt === Number.POSITIVE_INFINITY) return
    this.#due(Math.max(this.#deps.clock.nowMs() + LISTING_DELAY_MS, this.#requestedAt + LEAST_MS))
  }

  close(): void {
    this.#isClosed = true
    this.#problems.close()
    this.#timer.close()
    this.#shown.close()
  }

  #due(at: number): void {
    this.#dueAt = Math.min(this.#dueAt, at)
    if (!this.#isRunning) this.#timer.armBy(this.#dueAt)
  }

  #onShown(): void {
    const now = this.#deps.clock.nowMs()
    const wasHidden = now - this.#shownAt >= SHOWN_MS
    this.#shownAt = now
    if (wasHidden && this.#dueAt <= now) this.#due(now)
  }

  async #run(): Promise<void> {
    const { clock, mayRead } = this.#deps
    const now = clock.nowMs()
    // The next frame of the account requests it.
    if (this.#isRunning || now - this.#shownAt >= SHOWN_MS) return
    this.#dueAt = now + OFFLINE_RETRY_MS
    if (mayRead()) {
      this.#isRunning = true
      this.#requestedAt = now
      this.#dueAt = now + EVERY_MS
      const isRead = await this.#shown.refresh(now)
      this.#isRunning = false
      this.#failedInRow = isRead && this.#isWhole ? 0 : this.#failedInRow + 1
      const retryMs = Math.min(EVERY_MS, RETRY_MS * 2 ** (this.#failedInRow - 1))
      if (this.#failedInRow > 0) this.#dueAt = Math.min(this.#dueAt, clock.nowMs() + retryMs)
    }
    this.#timer.armBy(this.#dueAt)
  }

  /** What the screen shows: no view while the relay has no history. */
  #ifServed(): AccountHistory {
    const shown = this.#shown
    return {
      view: () => (this.#isServed ? shown.view() : null),
      subscribe: listener => shown.subscribe(listener),
      showRows: (first, count) => shown.showRows(first, count),
      showStory: id => shown.showStory(id),
      allRows: () => shown.allRows(),
    }
  }

  /** Notes whether the relay has a history. */
  #served(history: LedgerHistory): LedgerHistory {
    return {
      summary: async now => {
        try {
          const summary = await history.summary(now)
          this.#isServed = true
          return summary
        } catch (error) {
          if (error instanceof AxisorError && NOT_SERVED.has(error.httpStatus)) this.#isServed = false
          throw error
        }
      },
      rows: (first, count) => history.rows(first, count),
      story: id => history.story(id),
    }
  }
}
