import type { Books, Trade } from './exchange-books.ts'
import { type BookSide, profitSats } from './formulas.ts'
import type { Market } from './market/market.ts'
import type { SeededChance } from './seeded-random.ts'

/** What everything that happens in the exchange needs: the books, the market, names for new things, and a voice. */
export interface Desk {
  readonly books: Books
  readonly market: Market
  readonly ids: SeededChance
  /**
   * Says on the stream what has happened. Always called after the books were changed, so that who reads REST after the event
   * finds at least what the event told.
   */
  publish(topic: string, data: unknown): void
}

/** Where a position of that side and size could be closed now: a long at the bid, a short at the ask. */
export function closingUsd(desk: Desk, side: BookSide, quantityUsd: number): number {
  return side === 'buy' ? desk.market.bidUsd(quantityUsd) : desk.market.askUsd(quantityUsd)
}

/** Where an order of that side and size executes now. */
export function executionUsd(desk: Desk, side: BookSide, quantityUsd: number): number {
  return side === 'buy' ? desk.market.askUsd(quantityUsd) : desk.market.bidUsd(quantityUsd)
}

/** Profit and loss of a running trade at this moment. */
export function unrealizedSats(desk: Desk, trade: Trade): number {
  return profitSats(
    trade.side,
    trade.quantityUsd,
    trade.entryUsd,
    closingUsd(desk, trade.side, trade.quantityUsd),
  )
}
