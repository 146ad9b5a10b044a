import type { ErrorCode } from '../../domain/error.ts'
import type { Network, Origin } from '../../domain/snapshot.ts'
import { limitText } from './encode.ts'

/** Name of the protocol of the system that axisor replaces, and its WebSocket subprotocol. Read-only, answers on request. */
export const LEGACY_PROTOCOL = 'axisor.legacy'

/** An open position with the member names of API v2. Amounts in sats, prices in USD per BTC; null if unknown. */
export interface LegacyPosition {
  readonly id: string
  readonly mode: 'isolated' | 'cross'
  /** `b` (buy) for a long, `s` (sell) for a short. */
  readonly side: 'b' | 's'
  readonly running: true
  /** Unrealized P&L at the closing price, gross of fees. */
  readonly pl: number | null
  /** Of the cross position: the whole cross margin account. */
  readonly margin: number | null
  /** USD, always positive. */
  readonly quantity: number
  readonly leverage: number | null
  /** The price that P&L counts from. */
  readonly price: number | null
  readonly liquidation: number | null
  readonly stoploss: number | null
  readonly takeprofit: number | null
  /** Name of the market if it is not the BTC/USD inverse future. */
  readonly otherMarket: string | null
  readonly stale: boolean
  readonly ageMs: number
}

/** Prices with the member names of API v2. */
interface LegacyMarket {
  readonly lastPrice: number | null
  readonly index: number | null
  readonly bidPrice: number | null
  readonly askPrice: number | null
  /** Funding rate, a fraction. */
  readonly carryFeeRate: number | null
  /** Next funding, ms since 1970 on the exchange's clock. */
  readonly carryFeeTimestamp: number | null
  /** Change of the last price over 24 hours, a fraction. */
  readonly change24h: number | null
  readonly low24h: number | null
  readonly high24h: number | null
  readonly stale: boolean
  readonly ageMs: number | null
}

/** The data of an account. A value is null if it is unknown, never 0. */
export interface LegacyData {
  readonly user: {
    readonly username: string | null
    readonly balance: number | null
    readonly stale: boolean
    readonly ageMs: number | null
  }
  /** Null if they were never read: an empty list would look like a flat account. */
  readonly positions: readonly LegacyPosition[] | null
  readonly market: LegacyMarket
  /** Null, each, while a position may be missing. */
  readonly totals: {
    readonly totalPL: number | null
    readonly totalMargin: number | null
    readonly positionCount: number | null
  }
  /** `simulated`: worthless data, which must be labeled. */
  readonly origin: Origin | null
  readonly network: Network | null
  readonly stale: boolean
  readonly ageMs: number | null
  readonly staleReasons: readonly string[]
}

/** A message in the shapes of the old system. `at` is in ms since 1970 on the wall clock of the relay. */
export type LegacyMessage =
  | { readonly type: 'connection'; readonly at: number; readonly userId: string }
  /** `at` is the time of writing; of stale data it is when all of it was last fresh, so that a client that discards old data does. */
  | { readonly type: 'data_update'; readonly at: number; readonly data: LegacyData }
  | {
      readonly type: 'error'
      readonly at: number
      readonly message: string
      /** The cause. */
      readonly error: string
      readonly code: ErrorCode
      readonly retryable: boolean
      /** Null if the relay asks for no delay, in ms. */
      readonly retryAfterMs: number | null
    }

/** Encodes a message as one line of JSON. */
export function encodeLegacyMessage(message: LegacyMessage): string {
  const { type } = message
  const timestamp = new Date(message.at).toISOString()
  switch (message.type) {
    case 'connection': {
      const { userId } = message
      return JSON.stringify({ type, message: 'Connected to WebSocket server', userId, timestamp })
    }
    case 'data_update':
      return JSON.stringify({ type, data: message.data, timestamp })
    case 'error': {
      const { message: text, error, code, retryable, retryAfterMs } = message
      const pause = retryAfterMs === null ? {} : { retryAfterMs }
      return JSON.stringify({
        type,
        message: text,
        error: limitText(error),
        timestamp,
        code,
        retryable,
        ...pause,
      })
    }
  }
}
