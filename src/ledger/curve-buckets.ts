import { type CurvePoint, largestFall } from './drawdown.ts'
import type { Posting } from './postings.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** The ranges of an equity curve, the shortest first. */
export const CURVE_RANGES = ['24h', '7d', '30d', '1y'] as const

export type CurveRange = (typeof CURVE_RANGES)[number]

const LENGTH_MS: Readonly<Record<CurveRange, number>> = {
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
  '1y': 365 * DAY_MS,
}

/** Intervals of a curve. None is shorter than the distance of samples that are kept for its range. */
const INTERVALS = 180

/** A deposit or withdrawal within a curve. */
interface CurveMark {
  /** Index of the interval. */
  readonly interval: number
  readonly at: number
  /** Positive for a deposit, negative for a withdrawal. */
  readonly sats: number
}

/** The equity of an account over a range, in equal intervals, oldest first. */
export interface EquityRange {
  readonly from: number
  readonly to: number
  /**
   * Performance in sats at the end of each interval: the equity at the first sample, and from there on without what was deposited and
   * withdrawn. Null for an interval without a sample: a gap.
   */
  readonly values: readonly (number | null)[]
  readonly marks: readonly CurveMark[]
  /** Largest fall of the performance from a peak, of all samples; null with fewer than two. */
  readonly drawdownSats: number | null
  /** Last performance less the first; null with fewer than two samples. */
  readonly changeSats: number | null
}

export type EquityRanges = Readonly<Record<CurveRange, EquityRange>>

/** Returns the curve of each range up to `now`. Points and moves (deposits and withdrawals) are oldest first. */
export function equityRanges(
  points: readonly CurvePoint[],
  moves: readonly Posting[],
  now: number,
): EquityRanges {
  return Object.fromEntries(
    CURVE_RANGES.map(range => [range, equityRange(points, moves, { from: now - LENGTH_MS[range], to: now })]),
  ) as EquityRanges
}

function equityRange(
  all: readonly CurvePoint[],
  moves: readonly Posting[],
  { from, to }: Pick<EquityRange, 'from' | 'to'>,
): EquityRange {
  const points = all.filter(({ at }) => at > from && at <= to)
  const [first] = points
  const last = points.at(-1)
  const values = Array<number | null>(INTERVALS).fill(null)
  const intervalOf = (at: number): number =>
    Math.min(INTERVALS - 1, Math.floor(((at - from) / (to - from)) * INTERVALS))
  // The curve begins at the equity of the first sample.
  const offset = first === undefined ? 0n : BigInt(first.equitySats) - first.performanceSats
  for (const { at, performanceSats } of points) values[intervalOf(at)] = Number(performanceSats + offset)
  const marks = moves.flatMap(({ at, book, sats }): readonly CurveMark[] => {
    if (at <= from || at > to || sats === null || (book !== 'deposits' && book !== 'withdrawals')) return []
    return [{ interval: intervalOf(at), at, sats: Number(book === 'deposits' ? sats : -sats) }]
  })
  const fall = largestFall(points.map(point => point.performanceSats))
  return {
    from,
    to,
    values,
    marks,
    drawdownSats: fall === null ? null : Number(fall),
    changeSats:
      first === undefined || last === undefined || points.length < 2
        ? null
        : Number(last.performanceSats - first.performanceSats),
  }
}
