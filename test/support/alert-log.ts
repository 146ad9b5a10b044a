import { activeAlerts } from '../../src/alerts/active-alerts.ts'
import { type EngineOptions, updateAlerts } from '../../src/alerts/engine.ts'
import { type EngineState, initialEngineState } from '../../src/alerts/engine-state.ts'
import { type AlertHost, openLocalAlertHost } from '../../src/alerts/host/alert-host.ts'
import { DEFAULT_RULES } from '../../src/domain/alerts/rule.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Store } from '../../src/store/store.ts'
import { type AlertLog, NO_ALERTS, updateAlertLog, type ViewModel } from '../../src/tui/view/view-model.ts'

/** The default rules, in UTC. */
export const ENGINE_OPTIONS: EngineOptions = {
  rules: DEFAULT_RULES,
  hostFindings: [],
  minuteOfDay: at => Math.floor(at / 60_000) % 1_440,
  toTime: exchangeMs => new Date(exchangeMs).toISOString(),
}

/** Returns a function that evaluates the default rules on each model and returns the log after it. */
export function openAlertLog(): (model: ViewModel) => AlertLog {
  let log = NO_ALERTS
  let state: EngineState | null = null
  return model => {
    const update = updateAlerts(state ?? initialEngineState(model.now), model, ENGINE_OPTIONS)
    state = update.state
    const view = { active: activeAlerts(state), recent: state.recent }
    log = updateAlertLog(log, { ...NO_ALERTS, ...view }, update.raised, model)
    return log
  }
}

/** Evaluates the default rules once. */
export function alertLogOf(model: ViewModel): AlertLog {
  return openAlertLog()(model)
}

/** Opens a host of the default rules without channels. */
export function openDefaultAlerts(store: Store, clock: Clock): AlertHost {
  return openLocalAlertHost({ store, clock, rules: DEFAULT_RULES, localOffsetMinutes: () => 0 })
}
