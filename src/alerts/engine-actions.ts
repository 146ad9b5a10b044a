import { type EngineState, type FiringAlert, MAX_RECENT, type Snooze } from './engine-state.ts'

/**
 * Acknowledges the alert with this id, or all if it is null. An alert that fires on stays listed until its condition ends. A liquidation
 * ends. Returns the same state if nothing changes.
 */
export function acknowledge(state: EngineState, alertId: string | null, now: number): EngineState {
  const chosen = [...state.firing].filter(
    ([, { alert }]) => (alertId === null || alert.id === alertId) && alert.state === 'firing',
  )
  if (chosen.length === 0) return state
  const firing = new Map<string, FiringAlert>(state.firing)
  const ended = []
  for (const [key, each] of chosen) {
    const alert = { ...each.alert, state: 'acknowledged' } as const
    if (each.isLatched) {
      firing.delete(key)
      ended.push({ ...alert, endedAt: now })
    } else firing.set(key, { ...each, alert })
  }
  return { ...state, firing, recent: [...state.recent, ...ended].slice(-MAX_RECENT) }
}

/** Makes alerts that fire send a notice again with the next evaluation, unless they are muted. Returns the same state if none of them fires. */
export function resend(state: EngineState, alertIds: ReadonlySet<string>): EngineState {
  const chosen = [...state.firing].filter(
    ([, { alert }]) => alertIds.has(alert.id) && alert.state === 'firing',
  )
  if (chosen.length === 0) return state
  const again = chosen.map(([key, each]) => [key, { ...each, noticedAt: null }] as const)
  return { ...state, firing: new Map([...state.firing, ...again]) }
}

/** Adds a snooze and drops those that have ended. */
export function snooze(state: EngineState, snooze: Snooze, now: number): EngineState {
  const others = state.snoozes.filter(({ rule, until }) => until > now && rule !== snooze.rule)
  return { ...state, snoozes: snooze.until > now ? [...others, snooze] : others }
}
