/** Common fields of listings. Times are ISO 8601 UTC: `asOf` is when the listing was made, `since` its earliest time. */
interface ListingHead {
  readonly schemaVersion: 1
  readonly asOf: string
  readonly since: string
  readonly origin: 'exchange' | 'simulated'
  readonly network: 'mainnet' | 'signet' | 'simulator'
  readonly key: { readonly permissions: readonly string[] | null; readonly canWrite: boolean | null }
}

/** One closed isolated trade. */
export interface ClosedTradeDocument {
  readonly id: string
  readonly side: 'long' | 'short'
  readonly quantityUsd: number
  readonly entryPriceUsd: number | null
  readonly exitPriceUsd: number | null
  /** P&L as reported by the exchange. */
  readonly plSats: number
  readonly openingFeeSats: number
  readonly closingFeeSats: number
  readonly openedAt: string | null
  readonly closedAt: string
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
}

/** The document of `axisor funding --json`, newest first. */
export interface FundingDocument extends ListingHead {
  readonly fees: readonly FundingFeeDocument[]
}
