import type { LinkState } from '../domain/status.ts'

/** Incremented only if a field is removed, renamed or changes its meaning. */
export const SNAPSHOT_VERSION = 1

/**
 * The document of `axisor snapshot --json`, with its fields in this order. Names include units. Sats are integers, rates are fractions,
 * times are ISO 8601 UTC with milliseconds. Unknown values are null, never 0.
 */
export interface SnapshotDocument {
  readonly schemaVersion: typeof SNAPSHOT_VERSION
  readonly asOf: string
  readonly origin: 'exchange' | 'simulated' | null
  readonly network: 'mainnet' | 'signet' | 'simulator' | null
  readonly source: SourceDocument
  readonly key: { readonly permissions: readonly string[] | null; readonly canWrite: boolean | null }
  readonly market: MarketDocument
  readonly account: AccountDocument
  readonly totals: TotalsDocument
  readonly positions: readonly PositionDocument[] | null
  readonly orders: readonly OrderDocument[] | null
  readonly alerts: readonly AlertDocument[]
}

/** State of the connection and age of the data. */
export interface SourceDocument {
  readonly kind: 'direct' | 'relay'
  readonly transport: 'stream' | 'http'
  readonly state: 'http' | 'syncing' | Extract<LinkState, 'live' | 'waiting' | 'stopped'>
  readonly ageMs: number | null
  readonly stale: boolean
  readonly staleReasons: readonly string[]
  readonly reconnects: number
  readonly lastError: { readonly code: string; readonly message: string } | null
  readonly rttMs: number | null
  readonly clockOffsetMs: number | null
  readonly rateLimit: { readonly remaining: number; readonly limit: number } | null
  /** Connections from the relay to the exchange, nearest first; null for a direct source or if not yet reported. */
  readonly upstream: readonly HopDocument[] | null
}

/** One connection between the relay and the exchange, as reported by the relay. */
export interface HopDocument {
  readonly kind: 'direct' | 'relay'
  readonly link: LinkState
  readonly transport: 'stream' | 'http'
  readonly since: string
  readonly attempt: number
  readonly lastError: { readonly code: string; readonly message: string } | null
  readonly rttMs: number | null
}

/** Prices and funding. Bid and ask are for the smallest size. */
export interface MarketDocument {
  readonly lastPriceUsd: number | null
  readonly indexUsd: number | null
  readonly bidUsd: number | null
  readonly askUsd: number | null
  readonly fundingRate: number | null
  readonly nextFundingAt: string | null
  readonly ageMs: number | null
  readonly stale: boolean
}

/** The account as reported by the exchange. */
export interface AccountDocument {
  readonly username: string | null
  readonly balanceSats: number | null
  readonly syntheticUsdBalance: number | null
  readonly feeTier: number | null
  readonly ageMs: number | null
  readonly stale: boolean
}

/** Totals. A total is null if any part of it is unknown. */
export interface TotalsDocument {
  readonly equitySats: number | null
  readonly equityUsd: number | null
  readonly marginSats: number | null
  readonly unrealizedPlSats: number | null
  readonly unrealizedPlUsd: number | null
  readonly netExposureUsd: number | null
  readonly positionCount: number | null
  readonly worstLiquidationDistance: number | null
}

/** One open position, valued at its closing price. */
export interface PositionDocument {
  readonly id: string
  readonly mode: 'isolated' | 'cross'
  readonly side: 'long' | 'short'
  readonly quantityUsd: number
  readonly entryPriceUsd: number | null
  readonly markPriceUsd: number | null
  readonly marginSats: number | null
  readonly maintenanceMarginSats: number | null
  readonly leverage: number
  readonly liquidationPriceUsd: number | null
  readonly liquidationDistance: number | null
  readonly liquidationDistanceUsd: number | null
  readonly unrealizedPlSats: number | null
  readonly unrealizedPlUsd: number | null
  readonly exchangePlSats: number | null
  readonly returnOnMargin: number | null
  readonly stopLossUsd: number | null
  readonly takeProfitUsd: number | null
  readonly fundingPaidSats: number | null
  readonly openingFeeSats: number | null
  readonly risk: 'ok' | 'watch' | 'warn' | 'critical'
  readonly warnings: readonly string[]
  readonly openedAt: string | null
  readonly ageMs: number
  readonly stale: boolean
}

/** One open order. */
export interface OrderDocument {
  readonly id: string
  readonly mode: 'isolated' | 'cross'
  readonly side: 'long' | 'short'
  readonly type: 'limit'
  readonly quantityUsd: number
  readonly priceUsd: number
  readonly distanceFromMark: number | null
  readonly createdAt: string
}

/** One active alert. */
export interface AlertDocument {
  readonly kind: 'liquidation'
  readonly level: 'ok' | 'watch' | 'warn' | 'critical'
  readonly positionId: string
  readonly since: string
  readonly message: string
}

/** Encodes a document, or some of its fields, as one line of JSON without the final line feed. */
export function encodeSnapshot(document: Partial<SnapshotDocument>): string {
  return JSON.stringify(document)
}
