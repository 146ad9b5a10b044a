import type { Account, KeyPermissions, ReadPermission } from '../domain/account.ts'
import type { CandleLength } from '../domain/candle-range.ts'
import type { Fault } from '../domain/error.ts'
import type { Bucket, Candle, Funding } from '../domain/market.ts'
import { NO_REPORTS, type PartName, type PartReports } from '../domain/parts.ts'
import type { CrossAccount, Order, Position } from '../domain/position.ts'
import type { CloseReason, History, Network, Origin } from '../domain/snapshot.ts'
import type { Stamped } from '../domain/stamp.ts'
import type { Hop, Status } from '../domain/status.ts'
import type { Sats, Usd } from '../domain/units.ts'

/** An order that is no longer open. Market orders have no price of their own. */
export type EndedOrder = Pick<Order, 'id' | 'mode' | 'side' | 'quantityUsd'>

/** An entry of the activity log. `at` is our clock, ms since 1970. Events with the same `kind` and `key` are duplicates. */
export type ActivityEvent = { readonly at: number; readonly key: string } & (
  | { readonly kind: 'link-lost'; readonly why: string }
  | {
      readonly kind: 'link-live'
      readonly gapMs: number | null
      readonly positions: number
      readonly orders: number
    }
  /** A connection between relay and exchange; `since` is when it was lost, our clock. */
  | { readonly kind: 'upstream-lost'; readonly hop: Hop; readonly index: number; readonly since: number }
  | { readonly kind: 'upstream-live'; readonly gapMs: number }
  /** The exchange refuses the API key that it accepted before. */
  | { readonly kind: 'key-refused'; readonly why: string }
  | { readonly kind: 'key-accepted'; readonly gapMs: number }
  | { readonly kind: 'stopped'; readonly why: string }
  | { readonly kind: 'unreadable'; readonly fault: Fault }
  /** The exchange reports other permissions of the key than before. */
  | { readonly kind: 'key'; readonly before: KeyPermissions; readonly after: KeyPermissions }
  /** The reads of a part fail, or leave out rows. */
  | { readonly kind: 'part-failed'; readonly part: PartName; readonly why: string }
  | { readonly kind: 'part-recovered'; readonly part: PartName; readonly gapMs: number }
  | { readonly kind: 'order-opened'; readonly order: Order }
  | { readonly kind: 'filled'; readonly position: Position }
  | {
      readonly kind: 'ended'
      readonly id: string
      readonly why: CloseReason
      /** The position before it ended, or null if unknown. */
      readonly position: Position | null
      readonly plSats: Sats | null
      readonly exitPriceUsd: Usd | null
      /** The order that was filled or canceled; null for a position, or if unknown. */
      readonly order: EndedOrder | null
    }
  /** New or missing in a snapshot without a message about it. */
  | { readonly kind: 'appeared' | 'vanished'; readonly position: Position }
  | { readonly kind: 'funded'; readonly id: string | null; readonly feeSats: Sats | null }
  /**
   * The cross margin account changed. `event` is the name that the stream gives the cause; null if a snapshot shows the change without a
   * message about it. `before` is the position before; null if there was none.
   */
  | {
      readonly kind: 'cross'
      readonly event: string | null
      readonly cross: CrossAccount
      readonly before: Position | null
    }
  | {
      readonly kind: 'wallet'
      readonly direction: 'deposit' | 'withdrawal'
      readonly amountSats: Sats
      readonly status: string
    }
  | {
      readonly kind: 'announcement'
      readonly title: string
      /** Its text and the address of more; null if the exchange sends none. */
      readonly message: string | null
      readonly link: string | null
    }
)

/** Lowest and highest bucket prices within one second: the range of P&L during it. */
export interface PriceRange {
  readonly second: number
  readonly low: readonly Bucket[]
  readonly high: readonly Bucket[]
}

/** Candles of a chart, oldest first, and why they could not be read last; null if they could. */
interface ChartCandles {
  readonly candles: readonly Candle[]
  readonly error: string | null
}

/** The complete state, without derived values: selectors compute these. A part is null until it is known. */
export interface State {
  readonly origin: Origin | null
  readonly network: Network | null
  readonly status: Status | null
  readonly key: KeyPermissions | null
  /** Permissions of the parts that the exchange refused with 403. */
  readonly missing: readonly ReadPermission[]
  /** How the reads of each part went. */
  readonly parts: PartReports
  /**
   * When the last snapshot was read, our clock: `startedAt` before the first request, `endedAt` after the last reply. Parts of it may
   * have failed.
   */
  readonly lastSnapshot: { readonly startedAt: number; readonly endedAt: number } | null

  readonly lastPrice: Stamped<Usd> | null
  readonly index: Stamped<Usd> | null
  readonly funding: Stamped<Funding> | null
  readonly buckets: Stamped<readonly Bucket[]> | null
  readonly account: Stamped<Account> | null
  /** Isolated trades by id, each with the time of its last update. */
  readonly isolated: ReadonlyMap<string, Stamped<Position>> | null
  /** Isolated trades whose rows can't be read now, as last known. They are not in `isolated`. */
  readonly lastKnown: ReadonlyMap<string, Stamped<Position>>
  readonly isolatedOrders: ReadonlyMap<string, Stamped<Order>> | null
  readonly cross: Stamped<CrossAccount> | null
  readonly crossOrders: ReadonlyMap<string, Stamped<Order>> | null
  /**
   * When an amount last moved between balance, margins and reserves, or in or out of the account, our clock; null if no move is known.
   * Parts that were read earlier do not fit those that were read later, nor the messages.
   */
  readonly movedAt: number | null
  /** When the moves began that no later read of all parts has caught up with; kept after that. */
  readonly movingSince: number | null

  /** Candles by range (`1m`, `1h`), oldest first. */
  readonly candles: ReadonlyMap<string, readonly Candle[]>
  /** Candles that were read for a chart, by range. They stay after a failed read. */
  readonly chart: ReadonlyMap<CandleLength, ChartCandles>
  readonly history: Stamped<History> | null

  /** Ids of ended trades and orders, newest last. Late messages about them are ignored. */
  readonly ended: ReadonlySet<string>
  /** Price ranges of the last seconds, oldest first, for comparing the exchange's P&L with ours. */
  readonly priceRanges: readonly PriceRange[]
  /** Newest last. */
  readonly events: readonly ActivityEvent[]
  readonly faults: { readonly count: number; readonly last: Fault | null; readonly lastAt: number | null }
}

/** The state before the first event. */
export const INITIAL_STATE: State = {
  origin: null,
  network: null,
  status: null,
  key: null,
  missing: [],
  parts: NO_REPORTS,
  lastSnapshot: null,
  lastPrice: null,
  index: null,
  funding: null,
  buckets: null,
  account: null,
  isolated: null,
  lastKnown: new Map(),
  isolatedOrders: null,
  cross: null,
  crossOrders: null,
  movedAt: null,
  movingSince: null,
  candles: new Map(),
  chart: new Map(),
  history: null,
  ended: new Set(),
  priceRanges: [],
  events: [],
  faults: { count: 0, last: null, lastAt: null },
}

/** Limits of the kept data: a monitor runs for months. */
export const RETENTION = { events: 500, ended: 2_000, priceRangeSeconds: 60, candles: 1_440 } as const
