import type { ReadPermission } from '../domain/account.ts'
import type { AddedMargin } from '../domain/added-margin.ts'
import type { Fault } from '../domain/error.ts'
import type { PartName, PartState, RowFault } from '../domain/parts.ts'
import type { Order, Position } from '../domain/position.ts'
import type { ReserveBasis } from '../domain/reserve.ts'
import type { Risk, Warning } from '../domain/risk.ts'
import type { Network, Origin } from '../domain/snapshot.ts'
import type { Hop, KeyRefusal, Status } from '../domain/status.ts'
import type { Sats, Usd } from '../domain/units.ts'

/** State of one part of the data. */
export interface PartView {
  readonly state: PartState
  /** Null if the part was never read. */
  readonly ageMs: number | null
  /** One line; null if the part is live. */
  readonly reason: string | null
  /** Since when, our clock; null if the part is live or was never read. */
  readonly since: number | null
  readonly unreadable: readonly RowFault[]
  readonly faults: readonly RowFault[]
}

export type PartsView = Readonly<Record<PartName, PartView>>

/** A position with its derived values. Null: unknown, or not computable from what is known. */
export interface PositionRow {
  readonly position: Position
  readonly ageMs: number
  readonly stale: boolean
  /** The row is not current: it is old, its part can't be read, or it is the last known version of an unreadable row. */
  readonly isOld: boolean
  /** The market data is old or unknown: no value of the row is current. */
  readonly marketIsStale: boolean
  /** Current closing price: bid (long) or ask (short) of the bucket for its size. */
  readonly markPriceUsd: Usd | null
  /** Gross of fees, at the mark. */
  readonly unrealizedPlSats: Sats | null
  readonly unrealizedPlUsd: Usd | null
  /** Gross P&L less the opening fee and the fee of closing at the mark. */
  readonly netPlSats: Sats | null
  /** Gross P&L over margin, a fraction. */
  readonly returnOnMargin: number | null
  /** Signed fraction of the mark; negative: beyond the liquidation price. */
  readonly liquidationDistance: number | null
  readonly liquidationDistanceUsd: number | null
  readonly breakEvenUsd: Usd | null
  /** Distance to liquidation divided by the price range of the last 24 hours, or null if either is unknown. */
  readonly distanceInDayRanges: number | null
  readonly risk: Risk
  readonly warnings: readonly Warning[]
  /** Difference between the exchange's P&L and ours that rounding and price movement cannot explain, or null if there is none. */
  readonly plDifferenceSats: Sats | null
  /** How the exchange reports the maintenance margin; null for the cross position, or if it is unknown. */
  readonly maintenanceMarginBasis: ReserveBasis | null
}

/** A position at another price. */
export interface WhatIfRow {
  /** The position with its derived values at that price. */
  readonly row: PositionRow
  /** Gross of fees; of a liquidated position its loss. */
  readonly plSats: Sats | null
  /** 1 for the first that is liquidated on the way; null if it is not, or if that is unknown. */
  readonly liquidatedAs: number | null
  /** What further losses may take until the liquidation: margin (cross: less the maintenance margin) plus P&L. */
  readonly marginLeftSats: Sats | null
  /** The stop that would have closed it on the way, before its liquidation; the figures leave that out. */
  readonly reachedLevel: 'stop-loss' | 'take-profit' | null
  /** For the wanted distance from that price. */
  readonly addedMargin: AddedMargin
  /** Why a value is null; null if all are known. */
  readonly unknownReason: string | null
}

/** The account at another price. */
export interface WhatIfView {
  /** Today's price. */
  readonly todayUsd: Usd
  readonly priceUsd: Usd
  /** From today's price, a fraction. */
  readonly move: number
  /** Of `addedMargin`, a fraction. */
  readonly wantedDistance: number
  /** The liquidated first, in their order; then the nearest to liquidation. */
  readonly rows: readonly WhatIfRow[]
  /** Of what is left after the liquidations. */
  readonly totals: TotalsView
  /** At today's price. */
  readonly today: TotalsView
  /** The free balance after the liquidations. */
  readonly freeSats: Sats | null
  /** Sum of `plSats` of the liquidated. */
  readonly liquidatedPlSats: Sats | null
  /** Orders that would fill on the way; the figures leave them out. Null if orders are unread. */
  readonly ordersOnWay: number | null
}

export interface OrderRow {
  readonly order: Order
  /** (order price − closing price) / closing price: the signed move of the market that fills the order. */
  readonly distanceFromMark: number | null
}

export interface MarketView {
  readonly lastPriceUsd: Usd | null
  readonly indexUsd: Usd | null
  /** Of the smallest bucket. */
  readonly bidUsd: Usd | null
  readonly askUsd: Usd | null
  readonly fundingRate: number | null
  readonly nextFundingAt: number | null
  /** Age of the oldest of the prices above, or null before the first. */
  readonly ageMs: number | null
  readonly stale: boolean
  /** Change of the last price over 1 hour and 24 hours, as fractions. */
  readonly change1h: number | null
  readonly change24h: number | null
  readonly low24hUsd: Usd | null
  readonly high24hUsd: Usd | null
  /** Closes of the last hour's candles, oldest first. */
  readonly closes1h: readonly number[]
}

export interface AccountView {
  readonly username: string | null
  readonly balanceSats: Sats | null
  readonly syntheticUsdBalance: number | null
  readonly feeTier: number | null
  readonly ageMs: number | null
  readonly stale: boolean
}

export interface TotalsView {
  /** Null if any part is unknown: a wrong sum would look like a loss. */
  readonly equitySats: Sats | null
  readonly equityUsd: Usd | null
  /** Null if the equity is known. */
  readonly equityUnknownReason: string | null
  readonly marginSats: Sats | null
  /** Margin over equity, a fraction. */
  readonly marginUsed: number | null
  readonly unrealizedPlSats: Sats | null
  readonly unrealizedPlUsd: Usd | null
  readonly netPlSats: Sats | null
  /** Longs less shorts, in dollars. */
  readonly netExposureUsd: number | null
  /** Longs plus shorts, in dollars. */
  readonly grossExposureUsd: number | null
  readonly positionCount: number | null
  /** The smallest known distance of all positions, or null while a position may be unread. */
  readonly worstLiquidationDistance: number | null
  /** Estimate of the next funding; negative: paid. */
  readonly nextFundingSats: Sats | null
  /** Realized P&L of the last 24 hours, isolated and cross, net of all fees and funding of that time. */
  readonly realized24hNetSats: Sats | null
  /** The same, gross of fees and funding. */
  readonly realized24hGrossSats: Sats | null
  /** Why `realized24hNetSats` is null; null if it is known. */
  readonly realized24hUnknownReason: string | null
  /** Fees and funding of the last 24 hours, negative if paid. */
  readonly fees24hSats: Sats | null
  readonly funding24hSats: Sats | null
}

/** The connection state shown to the user, in the header and in the JSON document. */
export type SourceState = 'live' | 'syncing' | 'http' | 'waiting' | 'stopped'

/** `unchecked`: data arrives, and no list of permissions did. */
export type PermissionState = 'read-only' | 'write' | 'unchecked'

export interface SourceView {
  readonly kind: 'direct' | 'relay'
  readonly transport: 'stream' | 'http'
  readonly state: SourceState
  /** Age of the market data, or of the oldest part if any part is stale. Null before the first snapshot. */
  readonly ageMs: number | null
  readonly stale: boolean
  readonly parts: PartsView
  /** One sentence each, for example `market data 42 s old`; empty when not stale. */
  readonly staleReasons: readonly string[]
  /** `rate-limited until 08:12:30Z` if data is stale or missing while the exchange rejects requests for it, else null. */
  readonly limitedText: string | null
  /** Now minus `ageMs`, our clock: when all data was last fresh. */
  readonly goodAt: number | null
  readonly status: Status | null
  /** Connections between our relay and the exchange, nearest first; empty for a direct feed. */
  readonly hops: readonly Hop[]
  /** `RELAY ok, LNM lost 12s`, or null if all hops are live or none is known. */
  readonly upstreamProblem: string | null
  /** The refusal of our key or of the relay's key, which worked before; null while it is accepted. */
  readonly refusal: KeyRefusal | null
  readonly origin: Origin | null
  readonly network: Network | null
  /** The key's permissions; null if the list is unreadable or was not received. */
  readonly permissions: readonly string[] | null
  /** Null if no list was received. */
  readonly canWrite: boolean | null
  /** What the screen shows of the key's permissions. Null before there is an answer: while the first connection is made. */
  readonly permissionState: PermissionState | null
  readonly missing: readonly ReadPermission[]
  readonly faultCount: number
  readonly lastFault: Fault | null
}
