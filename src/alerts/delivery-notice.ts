import type { Alert, Notice } from '../domain/alerts/alert.ts'

/** What differs between notices about delivery itself. */
interface DeliveryNotice
  extends Pick<Notice, 'event' | 'at'>,
    Pick<Alert, 'id' | 'level' | 'subject' | 'message' | 'remedy'> {}

/** Returns a notice about delivery itself, of no rule: a test, or a change of settings. `at` is of the wall clock. */
export function deliveryNotice({ event, at, ...alert }: DeliveryNotice): Notice {
  return {
    id: `${alert.id}.1`,
    event,
    alert: { ...alert, kind: 'delivery', rule: 'delivery', state: 'firing', positionId: null, since: at },
    at,
    simulated: false,
    channels: null,
  }
}
