import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import { AxisorError } from '../../domain/error.ts'
import { LEDGER_ROUTES, type LedgerRoute } from '../../ledger/coverage.ts'
import type { CanceledOrderRow, NoticeRow } from '../../ledger/rows.ts'
import type { Clock } from '../../ports/clock.ts'
import type { OpenedHistory } from '../../ports/ledger-history.ts'
import { ROUTES } from '../../wire/lnm/routes.ts'
import type { RestClient } from '../exchange/rest-client.ts'
import { HistoryProblems, ignoreAxisorError } from './history-problems.ts'
import { LedgerSync } from './ledger-sync.ts'
import { ShownHistory } from './shown-history.ts'

const MINUTE_MS = 60_000
/** The account changes, or the end of a trade is not listed yet. */
const SAMPLE_RETRY_MS = 10_000
/** How often the listings are read while nothing happens. */
const LISTINGS_EVERY_MS = 5 * MINUTE_MS
/** What happened appears in the listings a little later. */
const LISTING_DELAY_MS = 3_000
/** How often a ledger that can't be used is tried again, and a connection that is lost. */
const RETRY_MS = 15_000
/** Shortest time between two views while rows arrive. */
const REFRESH_EVERY_MS = 2_000

/** Parts that may fail, besides the listings and the ledger. */
const ACCOUNT = 'account'
const SAMPLES = 'equity samples'
const NOTICES = 'delivered alerts'

/** What the history of a live monitor needs. */
export interface LiveHistoryDeps {
  /** The client of the live feed: its requests of high priority go first. */
  readonly rest: RestClient
  readonly clock: Clock
  /** Unique per process. */
  readonly writer: string
  /** Opens the ledger of the account. @throws AxisorError if it can't be read or written, or the account is not known */
  open(): Promise<OpenedHistory>
  /** False while the live feed has no connection: then nothing is requested. */
  mayRead(): boolean
  /** Reads the alerts about positions that were delivered. @throws AxisorError if they can't be read */
  readNotices(): Promise<readonly NoticeRow[]>
}

/** Fills the ledger of the account in the background while a monitor runs. */
export class LiveHistory {
  readonly shown: ShownHistory
  readonly #deps: LiveHistoryDeps
  readonly #timer: DeadlineTimer
  readonly #refreshTimer: DeadlineTimer
  readonly #problems: HistoryProblems
  #opened: OpenedHistory | null = null
  #sync: LedgerSync | null = null
  #isRunning = false
  #closed = false
  #listingsAt = 0
  #canceledOrders: readonly CanceledOrderRow[] = []
  /** No equity is known before the swaps are: they tell the unit of synthetic dollars. */
  #sampleAt = Number.POSITIVE_INFINITY
  constructor(deps: LiveHistoryDeps) {
    this.#deps = deps
    this.#problems = new HistoryProblems(deps.clock, problems => this.shown.showProblems(problems))
    this.shown = new ShownHistory(this.#problems, {
      onOutdated: () => this.#refreshTimer.armBy(deps.clock.nowMs() + REFRESH_EVERY_MS),
    })
    this.#timer = new DeadlineTimer(deps.clock, () => void this.#run())
    this.#refreshTimer = new DeadlineTimer(deps.clock, () => void this.#refresh())
  }

  /** Begins to read. Call it when the live feed has its first snapshot: the history can wait. */
  start(): void {
    this.#timer.armBy(this.#deps.clock.nowMs())
  }

  /** Reads the listings soon: something happened in the account. */
  accountChanged(): void {
    if (this.#opened === null) return
    const at = this.#deps.clock.nowMs() + LISTING_DELAY_MS
    this.#listingsAt = Math.min(this.#listingsAt, at)
    this.#timer.armBy(at)
  }

  /** Stores a canceled cross order: no listing of the exchange has it. */
  keepCanceledOrder(order: CanceledOrderRow): void {
    this.#canceledOrders = [...this.#canceledOrders, order]
    if (this.#opened !== null) this.#timer.armBy(this.#deps.clock.nowMs() + LISTING_DELAY_MS)
  }

  /** Stops, and closes the ledger. What was read stays; the next process goes on from there. */
  async close(): Promise<void> {
    this.#closed = true
    this.#problems.close()
    this.#timer.close()
    this.#refreshTimer.close()
    this.shown.close()
    await this.#closeLedger()
  }

  async #closeLedger(): Promise<void> {
    const opened = this.#opened
    this.#opened = null
    this.#sync = null
    this.shown.setLedger(null)
    if (opened === null) return
    // A ledger that can't be written can still be closed.
    await opened.ledger.release(this.#deps.writer).catch(ignoreAxisorError)
    await opened.ledger.close().catch(ignoreAxisorError)
  }

  async #run(): Promise<void> {
    if (this.#isRunning || this.#closed) return
    this.#isRunning = true
    const nextAt = await this.#round()
    this.#isRunning = false
    this.#timer.armBy(nextAt)
  }

  /** Returns when the next one is due. */
  async #round(): Promise<number> {
    const { clock, mayRead } = this.#deps
    if (!mayRead()) return clock.nowMs() + RETRY_MS
    if (this.#problems.isLedgerBroken) await this.#closeLedger()
    this.#problems.isLedgerBroken = false
    if (this.#opened === null && !(await this.#problems.attempt(ACCOUNT, () => this.#open())))
      return clock.nowMs() + RETRY_MS
    await this.#keepCanceledOrders()
    await this.#sampleIfDue()
    if (clock.nowMs() >= this.#listingsAt) await this.#readListings()
    await this.#sampleIfDue()
    await this.#refresh()
    if (this.#problems.isLedgerBroken) return clock.nowMs() + RETRY_MS
    return Math.min(this.#listingsAt, this.#sampleAt)
  }

  async #open(): Promise<void> {
    const { rest, clock, writer, open } = this.#deps
    const opened = await open()
    const { ledger, damagedPath } = opened
    if (this.#closed) return ledger.close()
    this.#opened = opened
    this.shown.setLedger(opened.history)
    this.#sync = new LedgerSync({
      rest,
      ledger,
      clock,
      writer,
      betweenPages: () => this.#sampleIfDue(),
      onProgress: ({ rows }) => {
        this.shown.rowsRead(rows)
        this.#refreshTimer.armBy(clock.nowMs() + REFRESH_EVERY_MS)
      },
    })
    // What is stored already is shown before anything is read.
    await this.#refresh()
    await this.#readListing('swaps')
    this.#sampleAt = clock.nowMs()
    this.#listingsAt = clock.nowMs()
    const kept = damagedPath?.split('/').at(-1) ?? null
    if (kept !== null)
      this.shown.showNotice(`the ledger was damaged: it is read again, and kept aside as ${kept}`)
  }

  async #keepCanceledOrders(): Promise<void> {
    const canceledOrders = this.#canceledOrders
    const sync = this.#sync
    if (canceledOrders.length === 0 || sync === null) return
    await this.#problems.attempt('canceled orders', async () => {
      await sync.keep({ canceledOrders })
      this.#canceledOrders = this.#canceledOrders.filter(order => !canceledOrders.includes(order))
    })
  }

  async #refresh(): Promise<void> {
    await this.shown.refresh(this.#deps.rest.exchangeClock.nowMs())
  }

  /** One listing that can't be read does not keep the others from being read. */
  async #readListings(): Promise<void> {
    const { clock } = this.#deps
    this.#listingsAt = clock.nowMs() + LISTINGS_EVERY_MS
    await this.#problems.attempt(NOTICES, () => this.#keepNotices())
    for (const route of LEDGER_ROUTES)
      if (!(await this.#readListing(route)))
        this.#listingsAt = Math.min(this.#listingsAt, clock.nowMs() + MINUTE_MS)
  }

  async #keepNotices(): Promise<void> {
    const notices = await this.#deps.readNotices().catch((error: unknown) => {
      // An outbox that can't be read is no fault of the ledger.
      throw error instanceof AxisorError ? new AxisorError('unavailable', error.message) : error
    })
    if (notices.length > 0) await this.#sync?.keep({ notices })
  }

  /** Returns false if it failed. */
  async #readListing(route: LedgerRoute): Promise<boolean> {
    const sync = this.#sync
    if (sync === null || this.#problems.isLedgerBroken || this.#closed) return true
    return this.#problems.attempt(ROUTES[route].label, () => sync.update([route]), true)
  }

  async #sampleIfDue(): Promise<void> {
    const { clock, rest } = this.#deps
    const [opened, sync] = [this.#opened, this.#sync]
    if (clock.nowMs() < this.#sampleAt || opened === null || sync === null) return
    this.#sampleAt = clock.nowMs() + MINUTE_MS
    await this.#problems.attempt(SAMPLES, async () => {
      const [last] = await opened.ledger.read('samples', { newest: 1 })
      // Another process may have taken it.
      const now = rest.exchangeClock.nowMs()
      if (last !== undefined && last.at <= now && last.at > now - MINUTE_MS / 2) return
      if (!(await sync.sample())) this.#sampleAt = clock.nowMs() + SAMPLE_RETRY_MS
    })
  }
}
