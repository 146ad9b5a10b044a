import type { Alert } from '../domain/alerts/alert.ts'
import { type AlertRule, DEFAULT_RULES } from '../domain/alerts/rule.ts'
import type { State } from '../store/state.ts'
import { activeAlerts } from './active-alerts.ts'
import { alertInputOf } from './alert-input.ts'
import { updateAlerts } from './engine.ts'
import { initialEngineState } from './engine-state.ts'

/** Returns the alerts of one state, worst first. Without earlier states, every exceeded bound fires. */
export function alertsOf(
  state: State,
  now: number,
  rules: readonly AlertRule[] = DEFAULT_RULES,
): readonly Alert[] {
  const update = updateAlerts(initialEngineState(now), alertInputOf(state, now), {
    rules,
    hostFindings: [],
    minuteOfDay: () => 0,
    toTime: String,
  })
  return activeAlerts(update.state)
}
