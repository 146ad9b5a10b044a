import type { TradeRow } from './rows.ts'

/** Why a position ended, as its price and levels show: the exchange lists no reason. */
export type EndCause = 'liquidated' | 'stop-loss' | 'take-profit' | 'closed' | 'canceled' | 'reversed'

/** By how much an exit may be beyond a level that caused it, as a fraction: the level triggers on the last price, and the exit is a bid or ask. */
const LEVEL_TOLERANCE = 0.002

/** Why a trade can end that was filled. */
type ClosedCause = Exclude<EndCause, 'canceled' | 'reversed'>

/** Returns why a trade ended; null if it has not. A liquidation takes the whole margin. */
export function endCause(trade: TradeRow): Exclude<EndCause, 'reversed'> | null {
  if (trade.state === 'canceled') return 'canceled'
  return trade.state === 'closed' ? closeCause(trade) : null
}

/** Returns why a closed trade ended. */
export function closeCause(trade: TradeRow): ClosedCause {
  const { side, plSats: pl, marginSats, exitPriceUsd, liquidationUsd, stopLossUsd, takeProfitUsd } = trade
  if (pl <= -marginSats) return 'liquidated'
  if (exitPriceUsd === null) return 'closed'
  const isPast = (level: number | null, isLoss: boolean): boolean => {
    if (level === null) return false
    const isBelow = (side === 'long') === isLoss
    return isBelow
      ? exitPriceUsd <= level * (1 + LEVEL_TOLERANCE)
      : exitPriceUsd >= level * (1 - LEVEL_TOLERANCE)
  }
  if (isPast(stopLossUsd, true)) return 'stop-loss'
  if (isPast(takeProfitUsd, false)) return 'take-profit'
  return isPast(liquidationUsd, true) ? 'liquidated' : 'closed'
}
