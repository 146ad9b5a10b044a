import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Candle } from '../../domain/market.ts'
import type { History } from '../../domain/snapshot.ts'
import type { Clock } from '../../ports/clock.ts'
import { joinPages } from '../../wire/lnm/page.ts'
import { decodeCrossFilled } from '../../wire/lnm/rest-cross.ts'
import { decodeFundingFees, decodeIsolatedClosed } from '../../wire/lnm/rest-isolated.ts'
import { decodeCandles } from '../../wire/lnm/rest-market.ts'
import type { RouteName } from '../../wire/lnm/routes.ts'
import type { SessionHost } from '../connection/protocol.ts'
import type { Policy } from '../policy.ts'
import { type Paging, readPages } from './paging.ts'
import type { RestClient } from './rest-client.ts'
import type { SnapshotReader } from './snapshot-reader.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const HISTORY_MS = 24 * HOUR_MS
const ROWS_A_PAGE = 1_000
const MAX_PAGES = 5
/** A closed trade appears in the listings a moment after the stream has told it. */
const SETTLING_MS = 2_000

const CANDLES = [
  { range: '1m', spanMs: 120 * MINUTE_MS },
  { range: '1h', spanMs: 24 * HOUR_MS },
] as const

/** Reads what is nice to have, candles and the last day's history, behind everything that matters more. */
export class HistoryPoller {
  readonly #clock: Clock
  readonly #policy: Policy
  readonly #rest: RestClient
  readonly #reader: SnapshotReader
  readonly #host: SessionHost
  readonly #timer: DeadlineTimer

  constructor(clock: Clock, policy: Policy, rest: RestClient, reader: SnapshotReader, line: SessionHost) {
    this.#clock = clock
    this.#timer = new DeadlineTimer(clock, () => void this.#run())
    this.#policy = policy
    this.#rest = rest
    this.#reader = reader
    this.#host = line
  }

  /** Reads now, and again every minute or so. */
  begin(): void {
    if (this.#policy.candlesAndHistory) this.#schedule(0)
  }

  /** A trade has ended: the history has grown. */
  soon(): void {
    if (this.#policy.candlesAndHistory) this.#schedule(SETTLING_MS)
  }

  end(): void {
    this.#timer.close()
  }

  #schedule(delayMs: number): void {
    this.#timer.armBy(this.#clock.nowMs() + delayMs)
  }

  async #run(): Promise<void> {
    await Promise.all([
      this.#emitHistory(),
      ...CANDLES.map(({ range, spanMs }) => this.#emitCandles(range, spanMs)),
    ])
    this.#schedule(this.#policy.historyEveryMs)
  }

  async #emitHistory(): Promise<void> {
    const history = await this.#history()
    if (history !== null) this.#host.change({ kind: 'history', history }, null)
  }

  async #emitCandles(range: string, spanMs: number): Promise<void> {
    const candles = await this.#candles(range, spanMs)
    if (candles !== null) this.#host.change({ kind: 'candles', range, candles }, null)
  }

  async #history(): Promise<History | null> {
    const since = this.#clock.nowMs() - HISTORY_MS
    const [closed, isolatedFees, crossFees, crossFills] = await Promise.all([
      this.#list(since, {
        route: 'isolatedClosed',
        decode: decodeIsolatedClosed,
        keyOf: trade => trade.id,
      }),
      this.#list(since, {
        route: 'isolatedFunding',
        decode: body => decodeFundingFees(body, 'isolatedFunding'),
        keyOf: fee => `${fee.settlementId}/${fee.tradeId}`,
      }),
      this.#list(since, {
        route: 'crossFunding',
        decode: body => decodeFundingFees(body, 'crossFunding'),
        keyOf: fee => fee.settlementId,
      }),
      this.#list(since, {
        route: 'crossFilled',
        decode: decodeCrossFilled,
        keyOf: fill => fill.id,
      }),
    ])
    // Half of the fees would be a wrong sum.
    const fees = isolatedFees === null || crossFees === null ? null : [...isolatedFees, ...crossFees]
    if (closed === null && fees === null && crossFills === null) return null
    return {
      since,
      closed: closed === null ? null : closed.toSorted((a, b) => b.closedAt - a.closedAt),
      fundingFees: fees === null ? null : fees.toSorted((a, b) => b.at - a.at),
      crossFills: crossFills === null ? null : crossFills.toSorted((a, b) => b.filledAt - a.filledAt),
    }
  }

  /** Oldest first, each once: the order of the exchange's pages is not documented. */
  async #candles(range: string, spanMs: number): Promise<readonly Candle[] | null> {
    // Of a whole minute, so that many accounts of one relay want the same, and share one reply.
    const from = Math.floor((this.#clock.nowMs() - spanMs) / MINUTE_MS) * MINUTE_MS
    const query = { from, limit: ROWS_A_PAGE, range }
    const page = await this.#attempt('candles', () =>
      this.#rest.read('candles', decodeCandles, { query, urgent: false }),
    )
    if (page === null) return null
    const candles = joinPages([page], candle => String(candle.openedAt))
    return candles.toSorted((a, b) => a.openedAt - b.openedAt)
  }

  #list<T>(from: number, what: Pick<Paging<T>, 'route' | 'decode' | 'keyOf'>): Promise<readonly T[] | null> {
    return this.#attempt(what.route, () =>
      readPages(this.#rest, {
        ...what,
        query: { from, limit: ROWS_A_PAGE },
        mostPages: MAX_PAGES,
        urgent: false,
      }),
    )
  }

  async #attempt<T>(route: RouteName, read: () => Promise<T>): Promise<T | null> {
    if (this.#timer.isClosed || !this.#reader.canRead(route)) return null
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      this.#host.fault({ where: `reading ${route}`, message: error.message })
      return null
    }
  }
}
