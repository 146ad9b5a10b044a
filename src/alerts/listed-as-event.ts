import type { Alert } from '../domain/alerts/alert.ts'
import type { State } from '../store/state.ts'

/** True if an activity event says the same as an alert, so that a list of both would have it twice. */
export function isListedAsEvent({ kind, positionId }: Alert, { events }: Pick<State, 'events'>): boolean {
  if (kind === 'order' || kind === 'wallet' || kind === 'announcement') return true
  if (kind !== 'position') return false
  return events.some(
    event =>
      (event.kind === 'ended' && event.id === positionId) ||
      (event.kind === 'filled' && event.position.id === positionId),
  )
}
