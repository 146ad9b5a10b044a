import type { EntryCandidates, EntrySource, Position } from './position.ts'

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
