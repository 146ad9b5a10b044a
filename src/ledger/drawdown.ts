import type { Posting } from './postings.ts'
import type { SampleRow } from './rows.ts'

/** A point of the equity curve. */
export interface CurvePoint {
  readonly at: number
  readonly equitySats: number
  /** Equity without what was deposited and withdrawn: the performance. */
  readonly performanceSats: bigint
}

/** Returns the equity curve of the samples whose equity is known. Postings and samples are oldest first. */
export function equityCurve(
  samples: readonly SampleRow[],
  postings: readonly Posting[],
): readonly CurvePoint[] {
  const moves = postings.filter(({ book }) => book === 'deposits' || book === 'withdrawals')
  let moved = 0n
  let index = 0
  return samples.flatMap(({ at, equitySats }) => {
    for (let move = moves[index]; move !== undefined && move.at <= at; move = moves[index]) {
      moved += move.book === 'deposits' ? (move.sats ?? 0n) : -(move.sats ?? 0n)
      index += 1
    }
    return equitySats === null ? [] : [{ at, equitySats, performanceSats: BigInt(equitySats) - moved }]
  })
}

/** Returns the largest fall from a peak; null with fewer than two values. */
export function largestFall(values: readonly bigint[]): bigint | null {
  const [first] = values
  if (first === undefined || values.length < 2) return null
  let peak = first
  let fall = 0n
  for (const value of values) {
    if (value > peak) peak = value
    if (peak - value > fall) fall = peak - value
  }
  return fall
}
