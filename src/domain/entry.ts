import type { EntryCandidates, EntrySource, Position } from './position.ts'
import type { ClosedTrade } from './snapshot.ts'
import type { Usd } from './units.ts'
import { plSats } from './valuation.ts'

/** Returns the entry of a trade from its candidates alone: `price` if both were sent and differ. */
export function entryOf(
  candidates: EntryCandidates,
): Pick<Position, 'entryPriceUsd' | 'entryCandidates' | 'entrySource'> {
  const { priceUsd, entryPriceUsd } = candidates
  return {
    entryPriceUsd: priceUsd ?? entryPriceUsd,
    entryCandidates: candidates,
    entrySource: sourceOf(candidates),
  }
}

function sourceOf({ priceUsd, entryPriceUsd }: EntryCandidates): EntrySource | null {
  if (priceUsd === null) return entryPriceUsd === null ? null : 'entryPrice'
  if (entryPriceUsd === null) return 'price'
  return priceUsd === entryPriceUsd ? 'same' : 'undecided'
}

/** Returns the candidate that reproduces the P&L of a closed trade, give or take 1 sat; `price` if none does. */
export function closedEntryUsd(
  { priceUsd, entryPriceUsd }: EntryCandidates,
  trade: Pick<ClosedTrade, 'side' | 'quantityUsd' | 'exitPriceUsd' | 'plSats'>,
): Usd | null {
  const { side, quantityUsd, exitPriceUsd } = trade
  const reproduces = (entryUsd: Usd): boolean =>
    exitPriceUsd !== null && Math.abs(plSats(side, quantityUsd, entryUsd, exitPriceUsd) - trade.plSats) <= 1
  const candidates = [priceUsd, entryPriceUsd].filter(price => price !== null)
  return candidates.find(reproduces) ?? candidates[0] ?? null
}
