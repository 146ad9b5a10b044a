import type { ReadPermission } from '../domain/account.ts'
import type { Fault } from '../domain/error.ts'
import type { Order, Position } from '../domain/position.ts'
import type { Risk, Warning } from '../domain/risk.ts'
import type { Network, Origin } from '../domain/snapshot.ts'
import type { Hop, Status } from '../domain/status.ts'
import type { Sats, Usd } from '../domain/units.ts'

/** One position with all that follows from it at this moment. Null: not known, or too little is known to say. */
export interface PositionRow {
  readonly position: Position
  readonly ageMs: number
  readonly stale: boolean
  /** Where it would be closed now: bid (long) or ask (short) of the bucket that holds its size. */
  readonly markPriceUsd: Usd | null
  /** Gross of fees, at the mark. */
  readonly unrealizedPlSats: Sats | null
  readonly unrealizedPlUsd: Usd | null
  /** Gross P&L less the opening fee and the fee of closing at the mark. */
  readonly netPlSats: Sats | null
  /** Gross P&L over margin, a fraction. */
  readonly returnOnMargin: number | null
  /** Signed fraction of the mark; negative: beyond the level. */
  readonly liquidationDistance: number | null
  readonly liquidationDistanceUsd: number | null
  readonly breakEvenUsd: Usd | null
  /** Distance to liquidation over the range of the last 24 hours; null when either is not known. */
  readonly distanceInDayRanges: number | null
  readonly risk: Risk
  readonly warnings: readonly Warning[]
  /** What the exchange's own P&L differs from ours beyond 1 sat and all price movement; null when it does not. */
  readonly plDifferenceSats: Sats | null
}

export interface OrderRow {
  readonly order: Order
  /** (price − closing price)/closing price of the other side: how far the market has to go, signed. */
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
  /** Of the oldest of the prices above; null before the first. */
  readonly ageMs: number | null
  readonly stale: boolean
  /** Change of the last price within an hour and a day, fractions. */
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
  /** Null when a part of it is not known: a wrong sum would look like a loss. */
  readonly equitySats: Sats | null
  readonly equityUsd: Usd | null
  readonly marginSats: Sats | null
  /** Margin over equity, a fraction. */
  readonly marginUsed: number | null
  readonly unrealizedPlSats: Sats | null
  readonly unrealizedPlUsd: Usd | null
  readonly netPlSats: Sats | null
  /** Longs less shorts, in dollars. */
  readonly netExposureUsd: number | null
  readonly positionCount: number | null
  /** The smallest, of the positions whose distance is known. */
  readonly worstLiquidationDistance: number | null
  /** What the next funding takes (negative) or gives. */
  readonly nextFundingSats: Sats | null
  /** Of the last 24 hours; realized is the exchange's P&L of closed trades, fees and funding as amounts paid (negative: paid). */
  readonly realized24hSats: Sats | null
  readonly fees24hSats: Sats | null
  readonly funding24hSats: Sats | null
}

/** The one word for what the user sees; the header and the JSON document say the same. */
export type SourceState = 'live' | 'syncing' | 'http' | 'waiting' | 'stopped'

export interface SourceView {
  readonly kind: 'direct' | 'relay'
  readonly transport: 'stream' | 'http'
  readonly state: SourceState
  /** Of the market data; of the oldest part as soon as one is stale. Null before the first picture. */
  readonly ageMs: number | null
  readonly stale: boolean
  /** One sentence each, for example `market data is 42 s old`; empty when not stale. */
  readonly staleReasons: readonly string[]
  /** Now less that age, our clock: until then all was good. */
  readonly goodAt: number | null
  readonly status: Status | null
  /** The links between the relay and the exchange, nearest first; none on a direct feed. */
  readonly hops: readonly Hop[]
  /** `RELAY ok, LNM lost 12s`; null while the way is whole, or nothing is known of it. */
  readonly upstreamTrouble: string | null
  readonly origin: Origin | null
  readonly network: Network | null
  readonly permissions: readonly string[] | null
  readonly canWrite: boolean | null
  readonly missing: readonly ReadPermission[]
  readonly faultCount: number
  readonly lastFault: Fault | null
}
