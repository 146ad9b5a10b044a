import type { CandleLength } from '../../domain/candle-range.ts'
import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ChartCandles } from '../../wire/lnm/chart-candles.ts'
import type { SessionHost } from './protocol.ts'

/** Keys that follow each other within this are one request. */
const JOIN_MS = 150
/** The minutes of the stream keep the last candle current. Reading again corrects what they missed. */
const EVERY_MS = 600_000
/** A failed read is repeated after this, unless the source asks for a longer pause. One that is refused is repeated as one that succeeded. */
const RETRY_MS = 30_000

/** Candles as their source has read them. */
export interface CandleRead extends ChartCandles {
  /** When the source read them, our clock. */
  readonly readAt: number
}

/**
 * Reads the newest candles of a range. `isWanted` returns false once the chart shows another range, or none: then a read that waits may
 * end with any error, which is dropped.
 * @throws AxisorError if they can't be read
 */
export type ReadCandles = (range: CandleLength, isWanted: () => boolean) => Promise<CandleRead>

/**
 * Reads the candles of one range at a time for a chart. At most one request is queued or sent at a time, so that many keys do not fill the
 * queue.
 */
export class ChartReader {
  readonly #clock: Clock
  readonly #readCandles: ReadCandles
  readonly #host: Pick<SessionHost, 'chart' | 'fault'>
  readonly #timer: DeadlineTimer
  readonly #readAt = new Map<CandleLength, number>()
  #range: CandleLength | null = null
  #isReading = false

  constructor(clock: Clock, readCandles: ReadCandles, host: Pick<SessionHost, 'chart' | 'fault'>) {
    this.#clock = clock
    this.#readCandles = readCandles
    this.#host = host
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
    const pauseMs = await this.#read(range)
    this.#isReading = false
    if (!this.#timer.isClosed) this.#schedule(range === this.#range ? pauseMs : 0)
  }

  /** Reads a range, and emits it. Returns the pause before it is read again. */
  async #read(range: CandleLength): Promise<number> {
    const isWanted = () => !this.#timer.isClosed && this.#range === range
    try {
      const { candles, unreadableRows, readAt } = await this.#readCandles(range, isWanted)
      if (this.#timer.isClosed) return 0
      this.#readAt.set(range, readAt)
      const message = `${unreadableRows} of ${unreadableRows + candles.length} rows can't be read`
      if (unreadableRows > 0) this.#host.fault({ where: `${range} candles`, message })
      const isUnreadable = candles.length === 0 && unreadableRows > 0
      const result = isUnreadable ? { error: `the exchange's ${range} candles can't be read` } : { candles }
      this.#host.chart({ range, result })
      // Candles that were old already are not read again at once.
      return RETRY_MS
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      if (isWanted()) this.#host.chart({ range, result: { error: error.message } })
      return error.retryable ? Math.max(RETRY_MS, error.retryAfterMs ?? 0) : EVERY_MS
    }
  }
}
