import type { ExchangeBooks, Trade } from './exchange-books.ts'
import { profitSats, type QuoteSide } from './formulas.ts'
import type { Market } from './market/market.ts'
import type { SeededRandom } from './seeded-random.ts'

/** What everything that happens in the exchange needs: the books, the market, names for new things, and a voice. */
export interface ExchangeState {
  readonly books: ExchangeBooks
  readonly market: Market
  readonly ids: SeededRandom
  /**
   * Says on the stream what has happened. Always called after the books were changed, so that who reads REST after the event
   * finds at least what the event told.
   */
  publish(topic: string, data: unknown): void
}

/** Where a position of that side and size could be closed now: a long at the bid, a short at the ask. */
export function closingUsd(state: ExchangeState, side: QuoteSide, quantityUsd: number): number {
  return side === 'buy' ? state.market.bidUsd(quantityUsd) : state.market.askUsd(quantityUsd)
}

/** Where an order of that side and size executes now. */
export function executionUsd(state: ExchangeState, side: QuoteSide, quantityUsd: number): number {
  return side === 'buy' ? state.market.askUsd(quantityUsd) : state.market.bidUsd(quantityUsd)
}

/** Profit and loss of a running trade at this moment. */
export function unrealizedSats(state: ExchangeState, trade: Trade): number {
  return profitSats(
    trade.side,
    trade.quantityUsd,
    trade.entryUsd,
    closingUsd(state, trade.side, trade.quantityUsd),
  )
}
