import type { CandleLength } from '../domain/candle-range.ts'
import type { Fault } from '../domain/error.ts'
import type { Candle } from '../domain/market.ts'
import type { AccountSnapshot, Change } from '../domain/snapshot.ts'
import type { Status } from '../domain/status.ts'
import type { AlertTarget } from '../wire/relay/messages.ts'

/** The candles of a chart, oldest first, or why they can't be read. */
export interface ChartRead {
  readonly range: CandleLength
  readonly result: { readonly candles: readonly Candle[] } | { readonly error: string }
}

/** Events of a feed, in order. `at` is our clock on arrival. Never `change` before the first `reset`. */
export type FeedEvent =
  | { readonly type: 'status'; readonly at: number; readonly status: Status }
  /**
   * A complete snapshot; replaces all earlier data. Anything opened before `asOf` and missing in it is gone. `asOf` (our clock) is set
   * by a relay, which sends its knowledge of that moment. If left out, the snapshot's `startedAt` counts.
   */
  | {
      readonly type: 'reset'
      readonly at: number
      readonly snapshot: AccountSnapshot
      readonly asOf?: number | undefined
    }
  /** One delta; `sourceAt` is the exchange's own time, or null if the message has none. */
  | {
      readonly type: 'change'
      readonly at: number
      readonly sourceAt: number | null
      readonly change: Change
    }
  | { readonly type: 'fault'; readonly at: number; readonly fault: Fault }
  | ({ readonly type: 'chart'; readonly at: number } & ChartRead)

/** A source of account data that reconnects automatically. */
export interface Feed {
  /** Connects and emits events to `on`. Call it once. */
  start(on: (event: FeedEvent) => void): void
  /** Disconnects for good; emits nothing afterwards. */
  stop(): void
  /** Reads a fresh snapshot now, within the rate limits. */
  resync(): void
  /**
   * Reads the candles of a range for a chart, now and after each reconnection, within the rate limits. A new call takes the place of the
   * previous one; null ends it. Emits `chart`. Without effect if the source has no charts.
   */
  followCandles?(range: CandleLength | null): void
  /** Sends an acknowledgement to the relay that delivers the alert; null for all. Best effort. No effect on other sources. */
  acknowledge?(alert: AlertTarget | null): void
}
