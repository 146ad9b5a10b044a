import type { Account, KeyPermissions, ReadPermission } from './account.ts'
import type { Bucket, Candle, Funding, Ticker } from './market.ts'
import type { PartName, PartReports } from './parts.ts'
import type { CrossAccount, Order, Position, Side } from './position.ts'
import type { Stamped } from './stamp.ts'
import type { Sats, Usd } from './units.ts'

/** Source of the data: the real exchange or a simulator. Simulated data is marked wherever it is shown. */
export type Origin = 'exchange' | 'simulated'

export type Network = 'mainnet' | 'signet' | 'simulator'

/**
 * What was read of an account and the market. A part is null if it was not read; `parts` has the reason. A part with both a value and
 * an error holds the last known value.
 */
export interface AccountSnapshot {
  readonly origin: Origin
  readonly network: Network
  /** Start and end of the read, our clock, ms since 1970. Changes in between may or may not be included. */
  readonly startedAt: number
  readonly endedAt: number
  readonly key: KeyPermissions | null
  /** Permissions of the parts that the exchange refused with 403. */
  readonly missing: readonly ReadPermission[]
  readonly parts: PartReports
  readonly ticker: Stamped<Ticker> | null
  readonly account: Stamped<Account> | null
  /** Running isolated trades. */
  readonly isolated: Stamped<readonly Position[]> | null
  readonly isolatedOrders: Stamped<readonly Order[]> | null
  readonly cross: Stamped<CrossAccount> | null
  readonly crossOrders: Stamped<readonly Order[]> | null
  /** Isolated trades whose rows can't be read now, as last known. */
  readonly lastKnown: readonly Stamped<Position>[]
}

/** The member of a snapshot that holds the value of each part. */
export const PART_VALUES = {
  market: 'ticker',
  account: 'account',
  isolatedPositions: 'isolated',
  isolatedOrders: 'isolatedOrders',
  crossPosition: 'cross',
  crossOrders: 'crossOrders',
} as const satisfies Readonly<Record<PartName, keyof AccountSnapshot>>

/** How a trade or order ended. */
export type CloseReason = 'closed' | 'stop-loss' | 'take-profit' | 'liquidation' | 'canceled' | 'filled'

/** A filled trade that has ended. */
export interface ClosedTrade {
  readonly id: string
  readonly side: Side
  readonly quantityUsd: number
  readonly entryPriceUsd: Usd | null
  readonly exitPriceUsd: Usd | null
  /** Realized P&L, from the exchange: gross of fees and funding. */
  readonly plSats: Sats
  readonly openingFeeSats: Sats
  readonly closingFeeSats: Sats
  /** Margin and levels before the end. Null if the exchange does not send them, or from a relay that does not. */
  readonly marginSats: Sats | null
  readonly liquidationPriceUsd: Usd | null
  readonly stopLossUsd: Usd | null
  readonly takeProfitUsd: Usd | null
  /** Time of the opening fill, or null if the exchange does not send it. */
  readonly openedAt: number | null
  readonly closedAt: number
}

/** A funding fee of a trade or, if `tradeId` is null, of the cross position; positive = paid. */
export interface FundingFee {
  readonly settlementId: string
  readonly tradeId: string | null
  readonly at: number
  readonly feeSats: Sats
}

/** What made a fill of the cross position. */
export const CROSS_FILL_TYPES = ['limit', 'market', 'liquidation'] as const

/** A fill of the cross position. */
export interface CrossFill {
  readonly id: string
  /** Null if the exchange does not say it. */
  readonly type: (typeof CROSS_FILL_TYPES)[number] | null
  readonly side: Side
  readonly quantityUsd: number
  readonly priceUsd: Usd
  readonly feeSats: Sats
  readonly filledAt: number
}

/** A fill of the cross position with the P&L that it realized. */
export interface RealizedFill extends CrossFill {
  /** Gross of fees and funding, replayed from the fills since the position was last flat; null if that moment is unknown. */
  readonly plSats: Sats | null
  /** The position after the fill in USD, negative for a short; null if unknown. */
  readonly positionUsd: number | null
}

/** Recent history since `since` (ms since 1970), newest first. A list is null if it could not be read. */
export interface History {
  readonly since: number
  readonly closed: readonly ClosedTrade[] | null
  readonly fundingFees: readonly FundingFee[] | null
  readonly crossFills: readonly RealizedFill[] | null
  /** Why the P&L of a fill is null; null if all are known, or from a relay that does not send them. */
  readonly crossUnknownReason: string | null
}

/** A change of account or market. Applying it twice, or after a newer change of the same data, has no effect. */
export type Change =
  | {
      readonly kind: 'ticker'
      readonly lastPriceUsd: Usd | null
      readonly indexUsd: Usd | null
      readonly funding: Funding
    }
  | { readonly kind: 'last-price'; readonly lastPriceUsd: Usd }
  | { readonly kind: 'index'; readonly indexUsd: Usd }
  | { readonly kind: 'buckets'; readonly buckets: readonly Bucket[] }
  | { readonly kind: 'funding'; readonly funding: Funding }
  | { readonly kind: 'candle'; readonly range: string; readonly candle: Candle }
  /** An isolated limit order was placed. */
  | { readonly kind: 'order-opened'; readonly order: Order }
  /** An isolated trade was filled. Values missing in the message are null until the next refresh. */
  | { readonly kind: 'trade-filled'; readonly position: Position }
  | {
      readonly kind: 'trade-ended'
      readonly id: string
      readonly why: CloseReason
      readonly plSats: Sats | null
      readonly exitPriceUsd: Usd | null
      readonly closingFeeSats: Sats | null
      readonly endedAt: number | null
    }
  | {
      readonly kind: 'trade-funded'
      readonly id: string
      readonly marginSats: Sats | null
      readonly liquidationPriceUsd: Usd | null
      readonly feeSats: Sats | null
      readonly fundedAt: number | null
    }
  | { readonly kind: 'cross-position'; readonly event: string; readonly cross: CrossAccount }
  | { readonly kind: 'cross-order-opened'; readonly order: Order }
  | {
      readonly kind: 'cross-order-ended'
      readonly id: string
      readonly why: 'filled' | 'canceled' | 'liquidation'
      readonly side: Side | null
      readonly quantityUsd: number | null
      readonly priceUsd: Usd | null
      readonly endedAt: number | null
    }
  | {
      readonly kind: 'wallet'
      readonly direction: 'deposit' | 'withdrawal'
      readonly id: string
      readonly amountSats: Sats
      readonly balanceSats: Sats | null
      readonly status: string
    }
  /** `title` is null if the announcement was withdrawn. `message` and `link` are null if there is none, or from a relay that sends none. */
  | {
      readonly kind: 'announcement'
      readonly id: string
      readonly title: string | null
      readonly message: string | null
      readonly link: string | null
    }
  /** All candles of a range, oldest first; replaces the known ones. */
  | { readonly kind: 'candles'; readonly range: string; readonly candles: readonly Candle[] }
  /** The recent history; replaces the known one. */
  | { readonly kind: 'history'; readonly history: History }
