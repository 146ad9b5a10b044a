import type { Account, KeyPermissions, ReadPermission } from './account.ts'
import type { Bucket, Candle, Funding, Ticker } from './market.ts'
import type { CrossAccount, Order, Position, Side } from './position.ts'
import type { Stamped } from './stamp.ts'
import type { Sats, Usd } from './units.ts'

/** Where numbers come from: the real exchange or a simulated one. Simulated data is marked wherever it is shown. */
export type Origin = 'exchange' | 'simulated'

export type Network = 'mainnet' | 'signet' | 'simulator'

/**
 * Everything at one moment, as far as it could be read. A part is null when it could not be read; `missing` then names the
 * permission that the key lacks, if that is why.
 */
export interface AccountSnapshot {
  readonly origin: Origin
  readonly network: Network
  /** When the reading began and ended, our clock, ms since 1970: what was said meanwhile may or may not be in it. */
  readonly startedAt: number
  readonly endedAt: number
  readonly key: KeyPermissions | null
  readonly missing: readonly ReadPermission[]
  readonly ticker: Stamped<Ticker> | null
  readonly account: Stamped<Account> | null
  /** Isolated trades that run. */
  readonly isolated: Stamped<readonly Position[]> | null
  readonly isolatedOrders: Stamped<readonly Order[]> | null
  readonly cross: Stamped<CrossAccount> | null
  readonly crossOrders: Stamped<readonly Order[]> | null
}

/** How a trade or an order came to its end. */
export type CloseReason = 'closed' | 'stop-loss' | 'take-profit' | 'liquidation' | 'canceled' | 'filled'

/** A trade that has ended with a fill. */
export interface ClosedTrade {
  readonly id: string
  readonly side: Side
  readonly quantityUsd: number
  readonly entryPriceUsd: Usd | null
  readonly exitPriceUsd: Usd | null
  /** Realized, as the exchange says it. */
  readonly plSats: Sats
  readonly openingFeeSats: Sats
  readonly closingFeeSats: Sats
  /** When it was filled; null where the exchange does not say. */
  readonly openedAt: number | null
  readonly closedAt: number
}

/** One funding settlement of one trade or of the cross position; positive = paid. */
export interface FundingFee {
  readonly settlementId: string
  readonly tradeId: string | null
  readonly at: number
  readonly feeSats: Sats
}

/** A fill of the cross position. */
export interface CrossFill {
  readonly id: string
  readonly side: Side
  readonly quantityUsd: number
  readonly priceUsd: Usd
  readonly feeSats: Sats
  readonly filledAt: number
}

/** The recent past, newest first, as far back as `since` (ms since 1970). */
export interface History {
  readonly since: number
  readonly closed: readonly ClosedTrade[] | null
  readonly fundingFees: readonly FundingFee[] | null
  readonly crossFills: readonly CrossFill[] | null
}

/** One thing that happened. Applying it twice, or after newer news of the same thing, changes nothing. */
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
  /** An isolated trade runs now; what the message does not carry is null and is re-read. */
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
  /** `title` is null when the announcement was taken back. */
  | { readonly kind: 'announcement'; readonly id: string; readonly title: string | null }
  /** Candles of the past, oldest first; replaces those known of that range. */
  | { readonly kind: 'candles'; readonly range: string; readonly candles: readonly Candle[] }
  /** What was closed, paid and filled since a moment; replaces what was known. A list that could not be read is null. */
  | { readonly kind: 'history'; readonly history: History }
