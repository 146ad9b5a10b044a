import { canWrite, keyChangeText } from '../domain/account.ts'
import { lastEvent } from '../store/events.ts'
import { keyRefusalOf } from '../store/key-refusal.ts'
import { selectUnreadPositions } from '../store/selectors/parts.ts'
import { selectLastKnown, selectPositions } from '../store/selectors/positions.ts'
import type { State } from '../store/state.ts'
import type { RiskInput } from './risk-alerts.ts'

/** Selects what the alerts of a state are computed from. */
export function riskInputOf(state: State, now: number): RiskInput {
  return {
    rows: [...selectPositions(state, now), ...selectLastKnown(state, now)],
    unreadable: selectUnreadPositions(state),
    key: keyProblem(state),
  }
}

/** A refused key hides positions, so that it is critical. A key that may write since it was accepted is a warning. */
function keyProblem(state: State): RiskInput['key'] {
  const refusal = keyRefusalOf(state.status)
  if (refusal !== null)
    return { level: 'critical', message: `the exchange refuses the API key: ${refusal.error.message}` }
  const change = lastEvent(state, 'key')
  return change !== null && canWrite(change.after)
    ? { level: 'warn', message: keyChangeText(change.after) }
    : null
}
