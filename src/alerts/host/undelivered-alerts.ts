import { type Alert, isUrgent } from '../../domain/alerts/alert.ts'
import type { DeliverySummary } from '../../domain/alerts/delivery.ts'
import type { EngineState } from '../engine-state.ts'

/** An urgent alert that fires and whose newest notice no channel has taken. */
export interface UndeliveredAlert {
  readonly alert: Alert
  /** False while a delivery is pending. */
  readonly isExhausted: boolean
}

/**
 * Returns the alerts of a stored state that still have to reach a person, but those about delivery itself. `summaries`: newest first. An alert
 * without a delivery has no channels.
 */
export function undeliveredAlerts(
  { firing }: Pick<EngineState, 'firing'>,
  summaries: readonly DeliverySummary[],
): readonly UndeliveredAlert[] {
  const wanted = [...firing.values()].filter(
    ({ alert: { kind, level, state } }) => kind !== 'delivery' && state === 'firing' && isUrgent(level),
  )
  return wanted.flatMap(({ alert }) => {
    const newest = summaries.find(({ alertId }) => alertId === alert.id)
    if (newest === undefined || newest.delivered > 0) return []
    return { alert, isExhausted: newest.failed >= newest.channels }
  })
}
