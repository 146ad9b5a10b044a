import type { EquityRange } from '../../ledger/curve-buckets.ts'
import { RANGES } from '../input/ui-state.ts'
import type { RenderContext } from './render-context.ts'

/** A curve, and since when it has samples if that is not from its start. */
export interface KnownCurve {
  readonly curve: EquityRange
  /** Null if the samples reach back to about the start of the range. */
  readonly since: number | null
  /** False with fewer than two samples, and in the first hour of a ledger, when the curve would be a few broad steps. */
  readonly isDrawn: boolean
}

/** Intervals with a sample that a curve of a short time needs. */
const LEAST_SAMPLES = 8
const SHORT_MS = 2 * 3_600_000

/** Of the range, what may be blank before the first sample. */
const BLANK_PART = 0.25

/** The chosen equity curve from its first sample on, in the shortest intervals that reach back to it; null before the history was read. */
export function knownCurve({ history, ui }: Pick<RenderContext, 'history' | 'ui'>): KnownCurve | null {
  const curves = history?.summary?.curves
  if (curves === undefined) return null
  const whole = curves[ui.range]
  const first = firstSample(whole)
  if (first <= whole.values.length * BLANK_PART) return known(whole, null)
  const startedAt = startOf(whole, first)
  const finest = RANGES.map(range => curves[range]).find(({ from }) => from <= startedAt) ?? whole
  const curve = fromInterval(finest, firstSample(finest))
  return known(curve, curve.from)
}

function known(curve: EquityRange, since: number | null): KnownCurve {
  const samples = curve.values.filter(value => value !== null).length
  const isShort = curve.to - curve.from < SHORT_MS
  return { curve, since, isDrawn: samples >= (isShort ? LEAST_SAMPLES : 2) }
}

/** Index of the first interval with a sample; 0 if there is none. */
function firstSample({ values }: EquityRange): number {
  return Math.max(
    0,
    values.findIndex(value => value !== null),
  )
}

function startOf({ from, to, values }: EquityRange, interval: number): number {
  return from + ((to - from) * interval) / values.length
}

function fromInterval(curve: EquityRange, first: number): EquityRange {
  return {
    ...curve,
    from: startOf(curve, first),
    values: curve.values.slice(first),
    marks: curve.marks
      .filter(({ interval }) => interval >= first)
      .map(mark => ({ ...mark, interval: mark.interval - first })),
  }
}
