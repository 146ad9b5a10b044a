import type { ExchangeBooks, Trade } from './exchange-books.ts'
import { profitSats, type QuoteSide } from './formulas.ts'
import type { Market } from './market/market.ts'
import type { SeededRandom } from './seeded-random.ts'

/** What the exchange means by a field, where clients have met more than one meaning. */
export interface Conventions {
  /** Whether the reported maintenance margin of a filled trade is net of the opening fee, or the full reserve. */
  maintenanceMargin: 'net' | 'gross'
}

/** The documented conventions (reference 7.3). */
export function documentedConventions(): Conventions {
  return { maintenanceMargin: 'net' }
}

/** State shared by all simulator modules: ledger, market, id generator and event publisher. */
export interface ExchangeState {
  readonly books: ExchangeBooks
  readonly market: Market
  readonly ids: SeededRandom
  readonly conventions: Conventions
  /**
   * Publishes an event on the stream. Always called after the ledger was updated, so that a REST read after the event is at
   * least as recent as the event.
   */
  publish(topic: string, data: unknown): void
}

/** Current closing price of a position of that side and size: the bid for a long, the ask for a short. */
export function closingUsd(state: ExchangeState, side: QuoteSide, quantityUsd: number): number {
  return side === 'buy' ? state.market.bidUsd(quantityUsd) : state.market.askUsd(quantityUsd)
}

/** Current execution price of an order of that side and size. */
export function executionUsd(state: ExchangeState, side: QuoteSide, quantityUsd: number): number {
  return side === 'buy' ? state.market.askUsd(quantityUsd) : state.market.bidUsd(quantityUsd)
}

/** Current unrealized P&L of a running trade. */
export function unrealizedSats(state: ExchangeState, trade: Trade): number {
  return profitSats(
    trade.side,
    trade.quantityUsd,
    trade.basisUsd,
    closingUsd(state, trade.side, trade.quantityUsd),
  )
}
