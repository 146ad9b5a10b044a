import type { EntrySource, Position } from '../../domain/position.ts'
import type { Usd } from '../../domain/units.ts'
import { comparePl, type PlComparison, type PlEvidence, plEvidence } from '../pl-evidence.ts'
import type { State } from '../state.ts'

type Choice = Extract<EntrySource, 'price' | 'entryPrice'>

/**
 * Decides which price of each isolated trade in `state.isolated` is its entry: the one that reproduces the exchange's own P&L. A choice
 * is kept until the P&L contradicts it and confirms the other price. A relay has decided for its clients: they take its choice.
 */
export function decideEntries(before: State, state: State): State['isolated'] {
  if (state.isolated === null || state.status?.kind === 'relay') return state.isolated
  const known = (id: string): Position | null =>
    (before.isolated?.get(id) ?? before.lastKnown.get(id))?.value ?? null
  return new Map(
    [...state.isolated].map(([id, stamped]) => {
      const value = decideEntry(stamped.value, known(id), () => plEvidence(state, stamped.receivedAt))
      return [id, value === stamped.value ? stamped : { ...stamped, value }]
    }),
  )
}

function decideEntry(position: Position, before: Position | null, evidenceOf: () => PlEvidence): Position {
  const candidates = candidatesOf(position)
  if (candidates === null) return position
  const { priceUsd, entryPriceUsd } = candidates
  const evidence = evidenceOf()
  const kept = before === null ? null : choiceOf(before)
  const source = sourceOf(
    comparePl(position, priceUsd, evidence),
    comparePl(position, entryPriceUsd, evidence),
    kept,
  )
  return {
    ...position,
    entrySource: source,
    entryPriceUsd: source === 'entryPrice' ? entryPriceUsd : priceUsd,
  }
}

/** Two different prices; null if there is no question. */
function candidatesOf({ entryCandidates }: Position): { priceUsd: Usd; entryPriceUsd: Usd } | null {
  if (entryCandidates === null) return null
  const { priceUsd, entryPriceUsd } = entryCandidates
  if (priceUsd === null || entryPriceUsd === null || priceUsd === entryPriceUsd) return null
  return { priceUsd, entryPriceUsd }
}

/** The choice that evidence made before; null if there was none. */
function choiceOf(position: Position): Choice | null {
  const { entrySource } = position
  const isChoice = entrySource === 'price' || entrySource === 'entryPrice'
  return isChoice && candidatesOf(position) !== null ? entrySource : null
}

function sourceOf(price: PlComparison | null, fill: PlComparison | null, kept: Choice | null): EntrySource {
  if (price === null || fill === null) return kept ?? 'undecided'
  const confirmed = confirmedBy(price, fill)
  const isContradicted = !(kept === 'price' ? price : fill).isPlausible
  if (kept !== null) return confirmed !== null && isContradicted ? confirmed : kept
  if (confirmed !== null) return confirmed
  return price.isExplained ? 'undecided' : 'neither'
}

/** The only candidate that reproduces the P&L; if both may, the only one that reproduces it to the sat. */
function confirmedBy(price: PlComparison, fill: PlComparison): Choice | null {
  if (price.isExplained !== fill.isExplained) return price.isExplained ? 'price' : 'entryPrice'
  if (!price.isExplained) return null
  const isPriceExact = price.differenceSats === 0
  const isFillExact = fill.differenceSats === 0
  if (isPriceExact === isFillExact) return null
  return isPriceExact ? 'price' : 'entryPrice'
}
