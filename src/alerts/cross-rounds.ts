import { signedUsd } from '../domain/cross-replay.ts'
import type { Side } from '../domain/position.ts'
import type { RealizedFill } from '../domain/snapshot.ts'
import { type Sats, sumKnownSats } from '../domain/units.ts'

/** A cross position that a fill closed, reversed or liquidated. */
export interface EndedRound {
  readonly side: Side
  /** Before the last fill, in USD. */
  readonly quantityUsd: number
  /** The exchange's clock; null if the fill that opened it is not listed. */
  readonly openedAt: number | null
  /** Of the listed fills that reduced it; null if that of one is unknown. */
  readonly plSats: Sats | null
  /** The fill that ended it. */
  readonly last: RealizedFill
}

/** The cross position while its fills are read. */
interface Round {
  readonly openedAt: number | null
  readonly results: readonly (Sats | null)[]
}

/**
 * Returns the cross positions that ended by the listed fills, oldest first. A liquidation ends a position although the quantity after it
 * is unknown. `fills`: newest first.
 */
export function endedRounds(fills: readonly RealizedFill[]): readonly EndedRound[] {
  const ended: EndedRound[] = []
  let round: Round = { openedAt: null, results: [] }
  for (const fill of fills.toReversed()) {
    const { filledAt, plSats } = fill
    const beforeUsd = quantityBefore(fill)
    const isEnd = endsPosition(fill, opposite(fill.side))
    if (beforeUsd === 0) round = { openedAt: filledAt, results: [] }
    else if (beforeUsd === null || beforeUsd > 0 !== (fill.side === 'long'))
      round = { ...round, results: [...round.results, plSats] }
    if (!isEnd) continue
    ended.push({
      side: opposite(fill.side),
      quantityUsd: beforeUsd === null ? fill.quantityUsd : Math.abs(beforeUsd),
      openedAt: round.openedAt,
      plSats: sumKnownSats(round.results),
      last: fill,
    })
    round = { openedAt: fill.positionUsd === 0 ? null : filledAt, results: [] }
  }
  return ended
}

/** True if no position of `side` is left after a fill of the other side. */
export function endsPosition({ positionUsd, quantityUsd, side, type }: RealizedFill, ended: Side): boolean {
  if (side === ended) return false
  if (positionUsd === null) return type === 'liquidation'
  const after = ended === 'long' ? positionUsd : -positionUsd
  return after <= 0 && after + quantityUsd > 0
}

function quantityBefore(fill: RealizedFill): number | null {
  return fill.positionUsd === null ? null : fill.positionUsd - signedUsd(fill)
}

function opposite(side: Side): Side {
  return side === 'long' ? 'short' : 'long'
}
