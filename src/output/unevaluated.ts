import { type PartName, type PartState, POSITION_PARTS } from '../domain/parts.ts'
import { STALE_AFTER_MS } from '../store/age.ts'
import { PART_LABELS } from '../store/selectors/parts.ts'

/** The members of a part of the document, or of its view, that this needs. */
interface PartSummary {
  readonly state: PartState
  readonly ageMs: number | null
  readonly reason: string | null
}

/** Liquidation alerts that are not evaluated, or not fully. */
interface Unevaluated {
  /** Null: all alerts. */
  readonly part: PartName | null
  /** Words after "alerts are": `not evaluated for isolated positions: not read yet`. */
  readonly text: string
}

/**
 * Returns which liquidation alerts are not evaluated, and why. Without a fresh price there are none. An alert on old position data may
 * get worse, but never better.
 */
export function unevaluated(
  parts: Readonly<Record<PartName, PartSummary>>,
  marketIsStale: boolean,
): readonly Unevaluated[] {
  if (marketIsStale) {
    const { market } = parts
    const state = market.state === 'stale' ? '' : `${market.state}, `
    return [{ part: null, text: `not evaluated: ${PART_LABELS.market} ${state}${reasonText(market)}` }]
  }
  return POSITION_PARTS.flatMap(part => {
    const text = textOfPart(PART_LABELS[part], parts[part])
    return text === null ? [] : [{ part, text }]
  })
}

function textOfPart(label: string, part: PartSummary): string | null {
  const { state, ageMs } = part
  const reason = reasonText(part)
  if (state === 'live') return null
  if (ageMs === null) return `not evaluated for ${label}: ${reason}`
  if (state === 'partial') return `not evaluated for some ${label}: ${reason}`
  const age = ageMs > STALE_AFTER_MS && state === 'stale' ? '' : `${Math.floor(ageMs / 1000)} s old, `
  return `only raised, never cleared, for ${label}: ${age}${reason}`
}

function reasonText({ reason }: PartSummary): string {
  return reason ?? 'unknown'
}
