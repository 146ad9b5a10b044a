import { type ActivityEvent, RETENTION, type State } from './state.ts'

/** How far back the same news is recognised: replays after a re-read repeat only the last seconds. */
const RECENT = 100

/** Notes what happened, once per kind and key, and forgets the oldest above the limit. */
export function appendEvent(state: State, event: ActivityEvent): State {
  const known = state.events
    .slice(-RECENT)
    .some(other => other.key === event.key && other.kind === event.kind)
  if (known) return state
  const events = [...state.events.slice(1 - RETENTION.events), event]
  return { ...state, events }
}

/** The last thing of a kind that happened; null if it is forgotten or never did. */
export function lastEvent<K extends ActivityEvent['kind']>(
  state: State,
  kind: K,
): Extract<ActivityEvent, { kind: K }> | null {
  return (
    state.events.findLast((other): other is Extract<ActivityEvent, { kind: K }> => other.kind === kind) ??
    null
  )
}
