import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Candle } from '../../domain/market.ts'
import type { Change, History } from '../../domain/snapshot.ts'
import type { Clock } from '../../ports/clock.ts'
import { joinPages, type Page, unreadableRowText } from '../../wire/lnm/page.ts'
import { decodeCandles } from '../../wire/lnm/rest-market.ts'
import { ROUTES, type RouteName } from '../../wire/lnm/routes.ts'
import type { SessionHost } from '../connection/protocol.ts'
import type { Policy } from '../policy.ts'
import {
  CLOSED_TRADES,
  CROSS_FILLS,
  CROSS_FUNDING,
  ISOLATED_FUNDING,
  type ListingRows,
} from './account-listings.ts'
import {
  LISTING_DELAY_MS as CROSS_LISTING_DELAY_MS,
  type CrossHistory,
  readCrossHistory,
} from './cross-history.ts'
import { readEveryRow } from './paging.ts'
import { RealizedFills } from './realized-fills.ts'
import type { RestClient } from './rest-client.ts'
import type { SnapshotReader } from './snapshot-reader.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const HISTORY_MS = 24 * HOUR_MS
const ROWS_PER_PAGE = 1_000
const MAX_PAGES = 5
/** A closed trade appears in the listings shortly after its stream message. */
const LISTING_DELAY_MS = 2_000

const CANDLES = [
  { range: '1m', spanMs: 120 * MINUTE_MS },
  { range: '1h', spanMs: 24 * HOUR_MS },
] as const

type CandlesChange = Extract<Change, { kind: 'candles' }>

/** By page: the accounts of a relay share a page, and so its candles. A page is of one range. */
const candlesChanges = new WeakMap<Page<Candle>, CandlesChange>()

/** Sorted, oldest first, without duplicates: the order of the exchange's pages is not documented. */
function candlesChange(page: Page<Candle>, range: string): CandlesChange {
  const known = candlesChanges.get(page)
  if (known !== undefined) return known
  const joined = joinPages([page], { keyOf: candle => String(candle.openedAt) })
  const candles = joined.toSorted((a, b) => a.openedAt - b.openedAt)
  const change = { kind: 'candles', range, candles } as const
  candlesChanges.set(page, change)
  return change
}

/**
 * Polls candles and the history of the last 24 hours. The listings have the priority of a snapshot: after a gap only they show how a
 * position ended. The rest, such as earlier fills of the cross position, has low priority.
 */
export class HistoryPoller {
  readonly #clock: Clock
  readonly #policy: Policy
  readonly #rest: RestClient
  readonly #reader: SnapshotReader
  readonly #host: Pick<SessionHost, 'change' | 'fault'>
  readonly #timer: DeadlineTimer
  readonly #realizedFills: RealizedFills
  #last: History | null = null
  /** When a row that ended is listed, our clock. */
  #listedAt = Number.NEGATIVE_INFINITY

  constructor(
    clock: Clock,
    policy: Policy,
    rest: RestClient,
    reader: SnapshotReader,
    host: Pick<SessionHost, 'change' | 'fault'>,
  ) {
    this.#clock = clock
    this.#timer = new DeadlineTimer(clock, () => void this.#run())
    this.#policy = policy
    this.#rest = rest
    this.#reader = reader
    this.#host = host
    this.#realizedFills = new RealizedFills(sinceMs => this.#readCrossHistory(sinceMs))
  }

  /** Reads now or after a delay, then every `historyEveryMs`. */
  start(delayMs = 0): void {
    if (this.#policy.candlesAndHistory) this.#schedule(delayMs)
  }

  /** Schedules an early read after a trade has ended. */
  soon(): void {
    this.#listedAt = this.#clock.nowMs() + LISTING_DELAY_MS
    if (this.#policy.candlesAndHistory) this.#schedule(LISTING_DELAY_MS)
  }

  stop(): void {
    this.#timer.close()
  }

  #schedule(delayMs: number): void {
    this.#timer.armBy(this.#clock.nowMs() + delayMs)
  }

  async #run(): Promise<void> {
    const startedAt = this.#clock.nowMs()
    await Promise.all([
      this.#emitHistory(),
      ...CANDLES.map(({ range, spanMs }) => this.#emitCandles(range, spanMs)),
    ])
    const { historyEveryMs } = this.#policy
    this.#schedule(
      this.#realizedFills.retriesSoon ? Math.min(CROSS_LISTING_DELAY_MS, historyEveryMs) : historyEveryMs,
    )
    // This read began before the row was listed.
    if (this.#listedAt > startedAt) this.#timer.armBy(this.#listedAt)
  }

  async #emitHistory(): Promise<void> {
    const history = await this.#readHistory()
    this.#last = history ?? this.#last
    if (history !== null) this.#host.change({ kind: 'history', history }, null)
  }

  async #emitCandles(range: string, spanMs: number): Promise<void> {
    const change = await this.#readCandles(range, spanMs)
    if (change !== null) this.#host.change(change, null)
  }

  /** Emits a history with the new listings before the P&L of new cross fills is replayed, once an earlier history can fill it up. */
  #emitListings(since: number, closed: History['closed']): void {
    if (this.#last === null || closed === null) return
    this.#host.change({ kind: 'history', history: { ...this.#last, since, closed } }, null)
  }

  async #readHistory(): Promise<History | null> {
    const since = this.#rest.exchangeClock.nowMs() - HISTORY_MS
    const [closed, isolatedFees, crossFees, crossFills] = await Promise.all([
      this.#readRows(since, CLOSED_TRADES),
      this.#readRows(since, ISOLATED_FUNDING),
      this.#readRows(since, CROSS_FUNDING),
      this.#readRows(since, CROSS_FILLS),
    ])
    // A part of the fees would give a wrong sum.
    const fees = isolatedFees === null || crossFees === null ? null : [...isolatedFees, ...crossFees]
    if (closed === null && fees === null && crossFills === null) return null
    const newestFirst = closed === null ? null : closed.toSorted((a, b) => b.closedAt - a.closedAt)
    this.#emitListings(since, newestFirst)
    return {
      since,
      closed: newestFirst,
      fundingFees: fees === null ? null : fees.toSorted((a, b) => b.at - a.at),
      ...(await this.#realizedFills.realize(crossFills, since)),
    }
  }

  async #readCandles(range: string, spanMs: number): Promise<CandlesChange | null> {
    // Rounded to a minute, so that all accounts of a relay send the same request and share one reply.
    const from = Math.floor((this.#rest.exchangeClock.nowMs() - spanMs) / MINUTE_MS) * MINUTE_MS
    const query = { from, limit: ROWS_PER_PAGE, range }
    const page = await this.#tryRead('candles', () =>
      this.#rest.read('candles', decodeCandles, { query, priority: 'low' }),
    )
    if (page === null) return null
    const [unreadable] = page.unreadable
    if (unreadable !== undefined)
      this.#fault('candles', `${ROUTES.candles.label}: ${unreadableRowText(unreadable)}`)
    return candlesChange(page, range)
  }

  #readRows<T>(from: number, listing: ListingRows<T>): Promise<readonly T[] | null> {
    return this.#tryRead(listing.route, () =>
      readEveryRow(this.#rest, {
        ...listing,
        query: { from, limit: ROWS_PER_PAGE },
        maxPages: MAX_PAGES,
        priority: 'high',
      }),
    )
  }

  #readCrossHistory(sinceMs: number): Promise<CrossHistory | null> {
    return this.#tryRead('crossFilled', () =>
      readCrossHistory(this.#rest, { sinceMs, maxPages: MAX_PAGES, priority: 'low' }),
    )
  }

  async #tryRead<T>(route: RouteName, read: () => Promise<T>): Promise<T | null> {
    const { forbidden } = this.#reader
    if (this.#timer.isClosed || this.#reader.refusalOf(route) !== null) return null
    try {
      const rows = await read()
      forbidden.accepted(route)
      return rows
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      forbidden.failed(route, error, this.#clock.nowMs())
      if (error.code !== 'missing-permission') this.#fault(route, error.message)
      return null
    }
  }

  #fault(route: RouteName, message: string): void {
    this.#host.fault({ where: ROUTES[route].label, message })
  }
}
