import type { QuoteSide } from '../formulas.ts'
import type { Waypoint } from '../market/candle-history.ts'
import type { MarketProfile } from '../market/market-profile.ts'

/** An isolated trade that is running when the exchange opens. */
export interface StartTrade {
  readonly agoMs: number
  readonly side: QuoteSide
  readonly quantityUsd: number
  readonly leverage: number
  readonly priceUsd: number
  readonly stopLossUsd?: number
  readonly takeProfitUsd?: number
}

/** A limit order that is pending when the exchange opens. */
export interface StartOrder {
  readonly mode: 'isolated' | 'cross'
  readonly agoMs: number
  readonly side: QuoteSide
  readonly quantityUsd: number
  /** Isolated only; the cross account has its own leverage. */
  readonly leverage: number
  readonly priceUsd: number
}

/** The cross account when the exchange opens. */
interface StartCross {
  readonly agoMs: number
  readonly depositSats: number
  readonly leverage: number
  /** Signed; 0 if flat. */
  readonly quantityUsd: number
  readonly priceUsd: number
}

/** Initial state of an exchange and the parameters of its market. */
export interface Scenario {
  readonly name: string
  /** One line for help texts. */
  readonly description: string
  readonly marketProfile: MarketProfile
  /** Past prices on the chart, so that the entries below lie on it. */
  readonly waypoints: readonly Waypoint[]
  readonly depositSats: number
  readonly trades: readonly StartTrade[]
  readonly orders: readonly StartOrder[]
  readonly cross: StartCross | null
  /** Number of trades opened and closed in the month before the start. */
  readonly pastTrades: number
  /** Mean time between actions of the simulated trader, or null if only prices move. */
  readonly activityMs: number | null
}
