import { fixedQuotient, fixedShare, fixedToNumber, roundedFixed } from './exact.ts'
import type { CrossFill } from './snapshot.ts'
import { SATS_PER_BTC, type Sats, sats, type Usd, usd } from './units.ts'

/**
 * Why the realized P&L of a fill is unknown. `position-unknown`: the position before the fill is unknown. `entry-unknown`: the position
 * was opened before the first fill, at an unknown price.
 */
type UnknownPl = 'position-unknown' | 'entry-unknown'

/** A fill of the cross position with the P&L that it realized, gross of fees and funding. */
export interface ReplayedFill {
  readonly fill: CrossFill
  /** 0 for a fill that reduced nothing or whose loss is carried; null if unknown. */
  readonly plSats: Sats | null
  /** Null if the P&L is known. */
  readonly unknownPl: UnknownPl | null
  /** The position after the fill; null if it is unknown. */
  readonly held: Holding | null
}

/** What a fill does to a position. */
type FillTerms = Pick<CrossFill, 'side' | 'quantityUsd' | 'priceUsd'>

/** A position in the replay. */
export interface Holding {
  /** In USD, negative for a short. */
  readonly quantityUsd: number
  /** Value of the position at its entry price, a fixed-point amount of sats; null if the entry price is unknown. */
  readonly entryValue: bigint | null
}

/** A loss that would move the entry price beyond this multiple of the price of the fill is realized. */
const MAX_CARRIED_FACTOR = 10n

const FLAT: Holding = { quantityUsd: 0, entryValue: 0n }

/** Returns a quantity with its side as the sign: negative for a short. */
export function signedUsd({ side, quantityUsd }: Pick<FillTerms, 'side' | 'quantityUsd'>): number {
  return side === 'long' ? quantityUsd : -quantityUsd
}

function oldestFirst(fills: readonly CrossFill[]): readonly CrossFill[] {
  return fills.toSorted((a, b) => a.filledAt - b.filledAt)
}

/**
 * Returns the signed quantity that the position had before all of `fills`, from the quantity that it has after them. `fills` must
 * have no gap.
 */
export function quantityBefore(fills: readonly CrossFill[], quantityUsd: number): number {
  return fills.reduce((quantity, fill) => quantity - signedUsd(fill), quantityUsd)
}

/**
 * Returns true if the position was flat at some moment up to `at` that `fills` show: then all later fills can be replayed.
 * `quantityUsd` is the signed quantity after the last fill.
 */
export function wasFlatBy(fills: readonly CrossFill[], quantityUsd: number, at: number): boolean {
  let after = quantityUsd
  for (const fill of oldestFirst(fills).toReversed()) {
    const before = after - signedUsd(fill)
    // A product of 0 or less: flat before, after or during the fill, which may reverse the position.
    if (fill.filledAt <= at && before * after <= 0) return true
    after = before
  }
  return false
}

/** Value of a quantity at a price, a fixed-point amount of sats. */
function satsAt(quantityUsd: number, fill: FillTerms): bigint {
  return fixedQuotient(quantityUsd * SATS_PER_BTC, fill.priceUsd)
}

function increased({ quantityUsd, entryValue }: Holding, byUsd: number, fill: FillTerms): Holding {
  return {
    quantityUsd: quantityUsd + byUsd,
    entryValue: entryValue === null ? null : entryValue + satsAt(Math.abs(byUsd), fill),
  }
}

/**
 * Closes a part of a position. A profit is realized and the entry price stays. A loss is carried into the entry price of the remainder,
 * unless the position is closed or the remainder is too small for it (reference 7.4).
 */
function reduced(holding: Holding, closedUsd: number, fill: FillTerms): { held: Holding; pl: bigint | null } {
  const isLong = holding.quantityUsd > 0
  const heldUsd = Math.abs(holding.quantityUsd)
  const leftUsd = heldUsd - closedUsd
  const quantityUsd = isLong ? leftUsd : -leftUsd
  const { entryValue } = holding
  if (entryValue === null) return { held: leftUsd === 0 ? FLAT : { quantityUsd, entryValue: null }, pl: null }
  const closedValue = satsAt(closedUsd, fill)
  const entryShare = fixedShare(entryValue, closedUsd, heldUsd)
  const pl = isLong ? entryShare - closedValue : closedValue - entryShare
  if (leftUsd === 0) return { held: FLAT, pl }
  const carried = entryValue - closedValue
  // A remainder that is too small to carry the loss would have an entry price of more than ten times the fill's, or none.
  const isTooSmall = carried * MAX_CARRIED_FACTOR <= satsAt(leftUsd, fill)
  if (pl > 0n || isTooSmall) return { held: { quantityUsd, entryValue: entryValue - entryShare }, pl }
  return { held: { quantityUsd, entryValue: carried }, pl: 0n }
}

function applied(holding: Holding, fill: FillTerms): { held: Holding; pl: bigint | null } {
  const byUsd = signedUsd(fill)
  if (holding.quantityUsd * byUsd >= 0) return { held: increased(holding, byUsd, fill), pl: 0n }
  const closedUsd = Math.min(fill.quantityUsd, Math.abs(holding.quantityUsd))
  const { held, pl } = reduced(holding, closedUsd, fill)
  const openedUsd = fill.quantityUsd - closedUsd
  return { held: openedUsd === 0 ? held : increased(held, Math.sign(byUsd) * openedUsd, fill), pl }
}

/** The cross position after a fill: signed quantity, entry (null if flat) and the P&L that the fill realizes, gross of its fee. */
export interface FilledCross {
  readonly quantityUsd: number
  readonly entryUsd: Usd | null
  readonly plSats: Sats
}

/** Returns what a fill makes of a position of a signed quantity, 0 if flat, with its entry. */
export function fillCross(quantityUsd: number, entryUsd: Usd, fill: FillTerms): FilledCross {
  const entryValue = fixedQuotient(Math.abs(quantityUsd) * SATS_PER_BTC, entryUsd)
  const { held, pl } = applied({ quantityUsd, entryValue }, fill)
  const value = fixedToNumber(held.entryValue ?? 0n)
  return {
    quantityUsd: held.quantityUsd,
    entryUsd: held.quantityUsd === 0 ? null : usd((Math.abs(held.quantityUsd) * SATS_PER_BTC) / value),
    plSats: sats(roundedFixed(pl ?? 0n)),
  }
}

/**
 * Replays the fills of the cross position, oldest first, and returns the P&L that each realized, to the nearest sat. The P&L is known
 * from the first moment at which the position was flat. `startUsd` is the signed quantity before the first fill, or null if unknown.
 * `fills` must have no gap; fills of the same millisecond are replayed in the given order.
 */
export function replayCrossFills(
  fills: readonly CrossFill[],
  startUsd: number | null,
): readonly ReplayedFill[] {
  const sorted = oldestFirst(fills)
  if (startUsd === null)
    return sorted.map(fill => ({ fill, plSats: null, unknownPl: 'position-unknown' as const, held: null }))
  let holding: Holding = startUsd === 0 ? FLAT : { quantityUsd: startUsd, entryValue: null }
  return sorted.map(fill => {
    const { held, pl } = applied(holding, fill)
    holding = held
    return pl === null
      ? { fill, plSats: null, unknownPl: 'entry-unknown' as const, held }
      : { fill, plSats: sats(roundedFixed(pl)), unknownPl: null, held }
  })
}

/** Returns the P&L of a position at a price, to the nearest sat; null if its entry price is unknown. */
export function holdingPlSats({ quantityUsd, entryValue }: Holding, priceUsd: Usd): Sats | null {
  if (entryValue === null) return null
  const value = fixedQuotient(Math.abs(quantityUsd) * SATS_PER_BTC, priceUsd)
  return sats(roundedFixed(quantityUsd < 0 ? value - entryValue : entryValue - value))
}
