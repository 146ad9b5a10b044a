/** Common fields of listings. Times are ISO 8601 UTC: `asOf` is when the listing was made, `since` its earliest time. */
interface ListingHead {
  readonly schemaVersion: 1
  readonly asOf: string
  readonly since: string
  /** End of the range. */
  readonly to: string
  /** True if a limit left out older rows. The sums are about all rows of the range. */
  readonly truncated: boolean
  readonly origin: 'exchange' | 'simulated'
  readonly network: 'mainnet' | 'signet' | 'simulator'
  readonly key: { readonly permissions: readonly string[] | null; readonly canWrite: boolean | null }
  /** Rows that the exchange lists and axisor can't read. They are in no other list, and the command exits 6. */
  readonly unreadable: readonly UnreadableRowDocument[]
}

/** A row that can't be read: which row of which list, which field, and what is wrong with it. */
export interface UnreadableRowDocument {
  readonly list: 'trades' | 'crossFills' | 'isolatedFees' | 'crossFees'
  /** Null if the id can't be read either. */
  readonly id: string | null
  readonly field: string
  /** For example `is not a number`. */
  readonly problem: string
}

/** One closed isolated trade. */
export interface ClosedTradeDocument {
  readonly id: string
  readonly side: 'long' | 'short'
  readonly quantityUsd: number
  readonly entryPriceUsd: number | null
  readonly exitPriceUsd: number | null
  /** P&L as reported by the exchange, gross of fees and funding. */
  readonly plSats: number
  readonly openingFeeSats: number
  readonly closingFeeSats: number
  readonly openedAt: string | null
  readonly closedAt: string
}

/** One fill of the cross position. */
export interface CrossFillDocument {
  readonly id: string
  readonly side: 'buy' | 'sell'
  readonly quantityUsd: number
  readonly priceUsd: number
  readonly feeSats: number
  /** P&L realized by the fill, gross of fees and funding, replayed from the fills since the position was last flat; null if unknown. */
  readonly plSats: number | null
  readonly filledAt: string
}

/** One funding settlement of one position. A positive fee was paid, a negative one received. */
export interface FundingFeeDocument {
  readonly settlementId: string
  readonly mode: 'isolated' | 'cross'
  readonly tradeId: string | null
  readonly at: string
  readonly feeSats: number
}

/** The document of `axisor history --json`, newest first. */
export interface HistoryDocument extends ListingHead {
  readonly trades: readonly ClosedTradeDocument[]
  /** Null if the key may not read them. */
  readonly crossFills: readonly CrossFillDocument[] | null
  /** Sum of the P&L of `crossFills`; null if any is unknown. */
  readonly crossPlSats: number | null
  /** Why `crossFills` or `crossPlSats` is null; null if both are known. */
  readonly crossUnknownReason: string | null
  /** Sum of the isolated and cross funding fees since `since`, positive = paid; null if they can't be read. */
  readonly fundingFeesSats: number | null
  /** P&L of `trades` and `crossFills`, net of their fees and of `fundingFeesSats`; null if any part is unknown. */
  readonly netPlSats: number | null
  /** Why `netPlSats` is null; null if it is known. */
  readonly netUnknownReason: string | null
}

/** The document of `axisor funding --json`, newest first. */
export interface FundingDocument extends ListingHead {
  readonly fees: readonly FundingFeeDocument[]
}
