import type { RecentAlert } from '../domain/alerts/alert.ts'
import { type EngineState, type FiringAlert, MAX_RECENT } from './engine-state.ts'

/**
 * Returns a host's own state with the acknowledgements, snoozes and ids of the state that the delivering host stored. An own
 * acknowledgement stays: the other host may not have applied it yet.
 */
export function followState(own: EngineState, stored: EngineState, now: number): EngineState {
  const { snoozes } = stored
  const firing = new Map<string, FiringAlert>()
  const ended: RecentAlert[] = []
  let isChanged = false
  for (const [key, each] of own.firing) {
    if (each.isLatched && isAcknowledgedIn(stored.recent, each)) {
      ended.push({ ...each.alert, state: 'acknowledged', endedAt: now })
      isChanged = true
      continue
    }
    const agreed = agreedOn(each, stored.firing.get(key))
    firing.set(key, agreed)
    if (agreed !== each) isChanged = true
  }
  if (!isChanged) return { ...own, snoozes }
  const recent = ended.length === 0 ? own.recent : [...own.recent, ...ended].slice(-MAX_RECENT)
  return { ...own, snoozes, firing, recent }
}

/** Returns the state of a host that has just started, with what the delivering host stored before. Its own alerts stay as they are. */
export function joinState(own: EngineState, stored: EngineState): EngineState {
  const { seenAt, lastGapMs, open, missing, simulated } = own.seenAt === null ? stored : own
  const account = own.account ?? stored.account
  if (stored.account !== null && stored.account !== account) return own
  // Until the first listing both would report the same, but only the stored memory knows what was reported before.
  const { closedTrades, crossRounds, unsettled } = own.readHistory === null ? stored : own
  const known = new Set(own.recent.map(({ id }) => id))
  return {
    ...own,
    ...{ account, seenAt, lastGapMs, open, missing, simulated, closedTrades, crossRounds, unsettled },
    firing: new Map([...stored.firing, ...own.firing]),
    recent: [...stored.recent.filter(({ id }) => !known.has(id)), ...own.recent].slice(-MAX_RECENT),
  }
}

/** Returns the stored state with the acknowledgements of a host that takes over: they may not be stored yet. */
export function keepAcknowledged(own: EngineState, stored: EngineState): EngineState {
  const firing = new Map(
    [...stored.firing].map(([key, each]) => [key, acknowledgedAs(each, own.firing.get(key))]),
  )
  return { ...stored, firing }
}

function isAcknowledgedIn(recent: readonly RecentAlert[], { alert }: FiringAlert): boolean {
  return recent.some(({ id, state }) => id === alert.id && state === 'acknowledged')
}

/** A firing alert with the id and the acknowledgement of the stored one. */
function agreedOn(own: FiringAlert, stored: FiringAlert | undefined): FiringAlert {
  if (stored === undefined) return own
  const agreed = acknowledgedAs(own, stored)
  const { id } = stored.alert
  return agreed.alert.id === id ? agreed : { ...agreed, alert: { ...agreed.alert, id } }
}

/** An acknowledgement holds for its level only. */
function acknowledgedAs(each: FiringAlert, other: FiringAlert | undefined): FiringAlert {
  const { alert } = each
  if (other?.alert.state !== 'acknowledged' || other.alert.level !== alert.level) return each
  return alert.state === 'acknowledged' ? each : { ...each, alert: { ...alert, state: 'acknowledged' } }
}
