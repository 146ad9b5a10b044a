import type { Sats, Usd } from './units.ts'

export type Side = 'long' | 'short'

/** `isolated`: a trade with its own margin. `cross`: the single position that shares the cross margin account. */
type MarginMode = 'isolated' | 'cross'

/** The id of the cross position. */
export const CROSS_ID = 'cross'

/** The prices of an isolated trade that its P&L may count from. Null if the exchange has not sent it. */
export interface EntryCandidates {
  /** `price`: the price of the fill, which a cash-in moves. */
  readonly priceUsd: Usd | null
  /** `entryPrice`: the price of the fill. */
  readonly entryPriceUsd: Usd | null
}

/**
 * Which candidate is the entry. `same`: both are equal. `price` or `entryPrice`: only this one was sent, or only this one reproduces
 * the exchange's P&L. `undecided`: both may be the entry, `price` is used. `neither`: none reproduces the P&L, `price` is used.
 */
export type EntrySource = 'same' | 'price' | 'entryPrice' | 'undecided' | 'neither'

/** An open position. A value is null if the exchange has not sent it. */
export interface Position {
  /** The trade's id; always `CROSS_ID` for the cross position, which the stream sends without one. */
  readonly id: string
  readonly mode: MarginMode
  readonly side: Side
  /** Always positive; the sign is `side`. */
  readonly quantityUsd: number
  /** The price that P&L counts from. */
  readonly entryPriceUsd: Usd | null
  /** Null for the cross position, and from a relay that does not send it. */
  readonly entryCandidates: EntryCandidates | null
  /** Null if `entryCandidates` is null. */
  readonly entrySource: EntrySource | null
  /** Isolated: the trade's margin. Cross: the whole cross margin account. */
  readonly marginSats: Sats | null
  /** Isolated: the margin at the fill. Cash-in, added margin and funding leave it unchanged. */
  readonly entryMarginSats: Sats | null
  readonly maintenanceMarginSats: Sats | null
  /** Cross only: the part of the margin that this position uses; null for isolated trades. */
  readonly runningMarginSats: Sats | null
  /** May be fractional for isolated trades. */
  readonly leverage: number | null
  /** From the exchange. Null must be shown as a warning. */
  readonly liquidationPriceUsd: Usd | null
  /** The level of the stop-loss; of a trailing stop, its current level. Null if there is none, or if its level is unknown. */
  readonly stopLossUsd: Usd | null
  /** Distance of a trailing stop as a fraction of the price; null if the stop-loss does not trail. */
  readonly stopLossTrailingDistance: number | null
  readonly takeProfitUsd: Usd | null
  /** The exchange's unrealized P&L at its last mark, or null if it sends none (cross position, recent fills). */
  readonly exchangePlSats: Sats | null
  /** Sum of funding, positive = paid. */
  readonly fundingPaidSats: Sats | null
  readonly openingFeeSats: Sats | null
  /** Taken from the margin by cash-in so far. */
  readonly cashInMarginSats: Sats | null
  /** Taken from the P&L by cash-in so far. */
  readonly cashInPlSats: Sats | null
  /** Milliseconds since 1970; null for the cross position. */
  readonly openedAt: number | null
  /** Name of the market if it is not the BTC/USD inverse future: then the position is shown and not valued. */
  readonly otherMarket: string | null
}

/** The values of a position of which nothing was sent. */
export const UNKNOWN_POSITION = {
  entryPriceUsd: null,
  entryCandidates: null,
  entrySource: null,
  marginSats: null,
  entryMarginSats: null,
  maintenanceMarginSats: null,
  runningMarginSats: null,
  leverage: null,
  liquidationPriceUsd: null,
  stopLossUsd: null,
  stopLossTrailingDistance: null,
  takeProfitUsd: null,
  exchangePlSats: null,
  fundingPaidSats: null,
  openingFeeSats: null,
  cashInMarginSats: null,
  cashInPlSats: null,
  openedAt: null,
  otherMarket: null,
} as const satisfies Omit<Position, 'id' | 'mode' | 'side' | 'quantityUsd'>

/** An open limit order. */
export interface Order {
  readonly id: string
  readonly mode: MarginMode
  readonly side: Side
  readonly type: 'limit'
  readonly quantityUsd: number
  readonly priceUsd: Usd
  /** Null for cross orders: they use the leverage of the cross account. */
  readonly leverage: number | null
  /** Reserved for an isolated order (margin and maintenance margin); null for cross orders. */
  readonly reservedSats: Sats | null
  readonly createdAt: number | null
  /** As in `Position`. */
  readonly otherMarket: string | null
}

/** The cross margin account. It exists even without a position. */
export interface CrossAccount {
  readonly marginSats: Sats | null
  readonly leverage: number | null
  /** Null when flat. */
  readonly position: Position | null
  /** Last change, the exchange's clock: decides which of two versions is newer. Not an age: it may be days ago. */
  readonly updatedAt: number | null
}
