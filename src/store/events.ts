import { type Happening, KEPT, type State } from './state.ts'

/** How far back the same news is recognised: replays after a re-read repeat only the last seconds. */
const RECENT = 100

/** Notes what happened, once per kind and key, and forgets the oldest above the limit. */
export function remember(state: State, happening: Happening): State {
  const known = state.happenings
    .slice(-RECENT)
    .some(other => other.key === happening.key && other.kind === happening.kind)
  if (known) return state
  const happenings = [...state.happenings.slice(1 - KEPT.happenings), happening]
  return { ...state, happenings }
}

/** The last thing of a kind that happened; null if it is forgotten or never did. */
export function lastHappening<K extends Happening['kind']>(
  state: State,
  kind: K,
): Extract<Happening, { kind: K }> | null {
  return (
    state.happenings.findLast((other): other is Extract<Happening, { kind: K }> => other.kind === kind) ??
    null
  )
}
