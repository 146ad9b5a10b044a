import type { Alert } from '../domain/alerts/alert.ts'
import type { State } from '../store/state.ts'
import { isFill } from './rules/activity.ts'
import { isKeyEvent } from './rules/sight.ts'

/**
 * True if an activity event says the same as an alert, so that a list of both would have it twice. The dashboard and `watch --plain` both
 * decide by it. A liquidation is listed as both: only its alert has the loss.
 */
export function isListedAsEvent(alert: Alert, { events }: Pick<State, 'events'>): boolean {
  const { kind, level, positionId } = alert
  switch (kind) {
    case 'order':
    case 'wallet':
    case 'announcement':
      return true
    case 'key':
      return isKeyEvent(alert)
    case 'position':
      if (level === 'liquidated') return false
      // An end that was found in the history has no event, nor has that of the cross position with its result.
      return isFill(alert) || events.some(event => event.kind === 'ended' && event.id === positionId)
    default:
      return false
  }
}
