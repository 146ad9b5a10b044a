import { type ActivityEvent, RETENTION, type State } from './state.ts'

/** How many recent events are searched for duplicates: replays after a refresh repeat only the last seconds. */
const DEDUPLICATED_EVENTS = 100

/** Appends an event unless its kind and key are known. Drops the oldest event above the limit. */
export function appendEvent(state: State, event: ActivityEvent): State {
  const isKnown = state.events
    .slice(-DEDUPLICATED_EVENTS)
    .some(other => other.key === event.key && other.kind === event.kind)
  if (isKnown) return state
  const events = [...state.events.slice(1 - RETENTION.events), event]
  return { ...state, events }
}

/** The most recent event of a kind, or null if there is none or it was dropped. */
export function lastEvent<K extends ActivityEvent['kind']>(
  state: State,
  kind: K,
): Extract<ActivityEvent, { kind: K }> | null {
  return (
    state.events.findLast((other): other is Extract<ActivityEvent, { kind: K }> => other.kind === kind) ??
    null
  )
}
