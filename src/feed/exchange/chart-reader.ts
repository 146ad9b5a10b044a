import { type CandleLength, candleLengthMs } from '../../domain/candle-range.ts'
import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Candle } from '../../domain/market.ts'
import type { Clock } from '../../ports/clock.ts'
import { joinPages } from '../../wire/lnm/page.ts'
import { decodeCandles } from '../../wire/lnm/rest-market.ts'
import type { ChartRead } from '../feed.ts'
import type { RestClient } from './rest-client.ts'

/** More than the columns of a wide terminal. */
const CANDLES = 500
const MAX_ROWS = 1_000
/** The exchange is from 2020; it need not be asked for earlier candles. */
const FIRST_AT = Date.UTC(2020, 0, 1)
/** Keys that follow each other within this are one request. */
const JOIN_MS = 150
/** The minutes of the stream keep the last candle current. Reading again corrects what they missed. */
const EVERY_MS = 600_000
/** A failed read is repeated after this. */
const RETRY_MS = 30_000

/**
 * Reads the candles of one range at a time for a chart, with the priority of a snapshot: the user waits for them. At most one request is
 * queued or sent at a time, so that many keys do not fill the queue.
 */
export class ChartReader {
  readonly #clock: Clock
  readonly #rest: RestClient
  readonly #emit: (read: ChartRead) => void
  readonly #timer: DeadlineTimer
  readonly #readAt = new Map<CandleLength, number>()
  #range: CandleLength | null = null
  #isReading = false

  constructor(clock: Clock, rest: RestClient, emit: (read: ChartRead) => void) {
    this.#clock = clock
    this.#rest = rest
    this.#emit = emit
    this.#timer = new DeadlineTimer(clock, () => void this.#run())
  }

  /** Reads a range soon, unless that was done lately, and again from time to time; null ends it. */
  follow(range: CandleLength | null): void {
    this.#range = range
    this.#schedule(JOIN_MS)
  }

  /** Ends it for good. The result of a running request is dropped. */
  close(): void {
    this.#timer.close()
  }

  #schedule(delayMs: number): void {
    this.#timer.cancel()
    if (this.#range === null || this.#isReading) return
    const readAt = this.#readAt.get(this.#range)
    const now = this.#clock.nowMs()
    this.#timer.armBy(Math.max(now + delayMs, readAt === undefined ? 0 : readAt + EVERY_MS))
  }

  async #run(): Promise<void> {
    const range = this.#range
    if (range === null || this.#isReading) return
    this.#isReading = true
    const result = await this.#read(range)
    this.#isReading = false
    if (this.#timer.isClosed) return
    const isRead = 'candles' in result
    if (isRead) this.#readAt.set(range, this.#clock.nowMs())
    this.#emit({ range, result })
    this.#schedule(isRead || range !== this.#range ? 0 : RETRY_MS)
  }

  async #read(range: CandleLength): Promise<ChartRead['result']> {
    const since = this.#rest.exchangeClock.nowMs() - CANDLES * candleLengthMs(range)
    const query = { from: Math.max(since, FIRST_AT), limit: MAX_ROWS, range }
    try {
      const page = await this.#rest.read('candles', decodeCandles, { query })
      const [unreadable] = page.unreadable
      const rows = joinPages([page], { keyOf: ({ openedAt }: Candle) => String(openedAt) })
      if (rows.length === 0 && unreadable !== undefined)
        return { error: `the exchange's ${range} candles can't be read` }
      return { candles: rows.toSorted((a, b) => a.openedAt - b.openedAt).slice(-CANDLES) }
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      return { error: error.message }
    }
  }
}
