import type { QuoteSide } from '../formulas.ts'
import type { Waypoint } from '../market/candle-history.ts'
import type { MarketProfile } from '../market/market-profile.ts'

/** An isolated trade that runs when the exchange opens. */
export interface StartTrade {
  readonly agoMs: number
  readonly side: QuoteSide
  readonly quantityUsd: number
  readonly leverage: number
  readonly priceUsd: number
  readonly stopLossUsd?: number
  readonly takeProfitUsd?: number
}

/** A limit order that waits when the exchange opens. */
export interface StartOrder {
  readonly mode: 'isolated' | 'cross'
  readonly agoMs: number
  readonly side: QuoteSide
  readonly quantityUsd: number
  /** Isolated only; the cross account has its own. */
  readonly leverage: number
  readonly priceUsd: number
}

/** The cross account when the exchange opens. */
interface StartCross {
  readonly agoMs: number
  readonly depositSats: number
  readonly leverage: number
  /** Signed; 0 = flat. */
  readonly quantityUsd: number
  readonly priceUsd: number
}

/** How an exchange begins and what its weather is. */
export interface Scenario {
  readonly name: string
  /** One line for help texts. */
  readonly description: string
  readonly marketProfile: MarketProfile
  /** What the chart of the past went through; the entries below lie on it. */
  readonly waypoints: readonly Waypoint[]
  readonly depositSats: number
  readonly trades: readonly StartTrade[]
  readonly orders: readonly StartOrder[]
  readonly cross: StartCross | null
  /** How many trades were opened and closed in the month before. */
  readonly pastTrades: number
  /** Mean time between two actions of the simulated trader; null: only prices move. */
  readonly activityMs: number | null
}
