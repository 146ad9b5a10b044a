import { signedUsd } from '../domain/cross-replay.ts'
import type { Side } from '../domain/position.ts'
import type { BookedFill } from './cross-book.ts'

/** A fill as a part of a round. A fill that reverses the position is the end of one round and the begin of the next. */
export interface RoundFill {
  readonly booked: BookedFill
  /** Quantity of the fill that belongs to the round. */
  readonly quantityUsd: number
  /** Its share of the fee, in whole sats; the shares add up to the fee. */
  readonly feeSats: number
  /** Signed quantity after this part. */
  readonly afterUsd: number
}

/** The cross position from the fill that opened it to the one that closed it. */
export interface CrossRound {
  readonly side: Side
  readonly fills: readonly RoundFill[]
  readonly from: number
  /** Null if it is open. */
  readonly to: number | null
  readonly isReversed: boolean
}

/** Splits fills, oldest first, into rounds. Fills with an unknown position belong to none. */
export function crossRounds(fills: readonly BookedFill[]): readonly CrossRound[] {
  const rounds: CrossRound[] = []
  let open: RoundFill[] = []
  const end = (to: number | null, isReversed: boolean): void => {
    const [first] = open
    if (first === undefined) return
    const { side, filledAt } = first.booked.fill
    rounds.push({ side, fills: open, from: filledAt, to, isReversed })
    open = []
  }
  for (const booked of fills) {
    const { fill, quantityAfterUsd: after } = booked
    if (after === null) continue
    const signed = signedUsd(fill)
    const before = after - signed
    const isReversal = before * after < 0
    if (!isReversal)
      open.push({ booked, quantityUsd: fill.quantityUsd, feeSats: fill.feeSats, afterUsd: after })
    else {
      const closing = Math.abs(before)
      const feeSats = Math.round((fill.feeSats * closing) / fill.quantityUsd)
      open.push({ booked, quantityUsd: closing, feeSats, afterUsd: 0 })
      end(fill.filledAt, true)
      open = [{ booked, quantityUsd: Math.abs(after), feeSats: fill.feeSats - feeSats, afterUsd: after }]
    }
    if (after === 0) end(fill.filledAt, false)
  }
  end(null, false)
  return rounds
}
