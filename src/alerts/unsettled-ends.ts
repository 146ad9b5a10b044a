import type { AlertInput } from './alert-input.ts'
import type { EngineState, UnsettledEnd } from './engine-state.ts'
import { END_SEARCH_MS, type EndedPosition, endOf } from './how-ended.ts'

const NONE: readonly never[] = []

/** Results that are known now, of ends that were reported without one. */
export interface SettledEnds {
  readonly settled: readonly EndedPosition[]
  readonly unsettled: readonly UnsettledEnd[]
}

/** Looks for results in a new reading of the history. `ended`: positions that this evaluation reports. */
export function settleEnds(
  { unsettled, readHistory }: EngineState,
  { state, now }: AlertInput,
  ended: readonly EndedPosition[],
): SettledEnds {
  const added = ended.length === 0 ? NONE : ended.flatMap(unsettledOf)
  if (unsettled.length === 0 || state.history === readHistory)
    return { settled: NONE, unsettled: added.length === 0 ? unsettled : [...unsettled, ...added] }
  const settled: EndedPosition[] = []
  const open: UnsettledEnd[] = []
  for (const each of unsettled) {
    const end = endOf(state, each)
    const { position, why, since: foundAt, unseenMs, liquidationDistance: lastDistance } = each
    if (end !== null && end.plSats !== null) {
      const before = { position, lastDistance, foundAt, unseenMs, wasUnseen: false, isUpdate: true }
      settled.push({ ...end, ...before, why, isInferred: false })
    } else if (now - foundAt < END_SEARCH_MS) open.push(each)
  }
  return { settled, unsettled: [...open, ...added] }
}

function unsettledOf({
  position,
  why,
  plSats,
  lastDistance,
  foundAt,
  unseenMs,
}: EndedPosition): readonly UnsettledEnd[] {
  if (why === 'unknown' || plSats !== null) return NONE
  return [{ position, why, liquidationDistance: lastDistance, since: foundAt, unseenMs }]
}
