import { closedEntryUsd } from '../domain/entry.ts'
import { sats, usd } from '../domain/units.ts'
import { plSats } from '../domain/valuation.ts'
import type { ObservationRow, TradeRow } from './rows.ts'
import type { PlAt } from './story-event.ts'

/** The price that P&L counts from now: of `price` and `entryPrice`, the one that reproduces the exchange's own P&L. */
export function tradeEntryUsd(trade: TradeRow): number {
  const { side, quantityUsd, priceUsd, entryPriceUsd, exitPriceUsd, plSats: pl, state } = trade
  if (state !== 'closed') return priceUsd
  const candidates = {
    priceUsd: usd(priceUsd),
    entryPriceUsd: entryPriceUsd === null ? null : usd(entryPriceUsd),
  }
  const exit = exitPriceUsd === null ? null : usd(exitPriceUsd)
  return closedEntryUsd(candidates, { side, quantityUsd, exitPriceUsd: exit, plSats: sats(pl) }) ?? priceUsd
}

/**
 * Returns the P&L of a trade at a time. A cash-in moves the entry, and only two entries are known: that of the fill and that of now. Between
 * two cash-ins, or while one may have happened, the P&L is unknown.
 */
export function tradePlAt(trade: TradeRow, observations: readonly ObservationRow[]): PlAt {
  const now = tradeEntryUsd(trade)
  const atFill = (now === trade.priceUsd ? trade.entryPriceUsd : trade.priceUsd) ?? now
  const cashIns = observations.filter(({ what }) => what === 'cash-in')
  const seen = cashIns.reduce((sum, { before, after }) => sum + (after ?? 0) - (before ?? 0), 0)
  const cashed = (trade.cashInPlSats ?? 0) + (trade.cashInMarginSats ?? 0)
  const entryAt = (at: number): number | null => {
    if (atFill === now) return now
    if (seen !== cashed) return null
    if (cashIns.every(({ seenFrom }) => at <= seenFrom)) return atFill
    return cashIns.every(({ seenTo }) => at >= seenTo) ? now : null
  }
  return (at, priceUsd) => {
    const entry = entryAt(at)
    if (entry === null) return 'a cash-in has moved the entry at a time that is not known'
    return plSats(trade.side, trade.quantityUsd, usd(entry), usd(priceUsd))
  }
}
