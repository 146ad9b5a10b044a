import type { LinkState } from '../domain/status.ts'

/** Changes only when a field is removed, renamed or changes meaning. */
export const SNAPSHOT_VERSION = 1

/**
 * The document of `axisor snapshot --json`, field for field and in this order. Units are in the names, sats are integers,
 * rates are fractions, times ISO 8601 UTC with milliseconds. Null: not known (yet), never 0.
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

/** The connection and the age of what came over it. */
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
  /** From the relay to the exchange, nearest first; null on a direct source, or while the relay has not told. */
  readonly upstream: readonly HopDocument[] | null
}

/** One link on the way from the relay to the exchange, as the relay tells it. */
export interface HopDocument {
  readonly kind: 'direct' | 'relay'
  readonly link: LinkState
  readonly transport: 'stream' | 'http'
  readonly since: string
  readonly attempt: number
  readonly lastError: { readonly code: string; readonly message: string } | null
  readonly rttMs: number | null
}

/** Where the market stands; bid and ask are those of the smallest size. */
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

/** The account as the exchange tells it. */
export interface AccountDocument {
  readonly username: string | null
  readonly balanceSats: number | null
  readonly syntheticUsdBalance: number | null
  readonly feeTier: number | null
  readonly ageMs: number | null
  readonly stale: boolean
}

/** Sums over everything that is open; null as soon as a part of a sum is not known. */
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

/** One open position, valued at the price at which it would be closed. */
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

/** One order that waits for its price. */
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

/** One thing that a trader must know now. */
export interface AlertDocument {
  readonly kind: 'liquidation'
  readonly level: 'ok' | 'watch' | 'warn' | 'critical'
  readonly positionId: string
  readonly since: string
  readonly message: string
}

/** A document, whole or some of its fields, as one line of JSON without the line's end. */
export function encodeSnapshot(document: Partial<SnapshotDocument>): string {
  return JSON.stringify(document)
}
