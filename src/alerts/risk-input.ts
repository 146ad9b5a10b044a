import { selectUnreadPositions } from '../store/selectors/parts.ts'
import { selectLastKnown, selectPositions } from '../store/selectors/positions.ts'
import type { State } from '../store/state.ts'
import type { RiskInput } from './risk-alerts.ts'

/** Selects what the alerts of a state are computed from. */
export function riskInputOf(state: State, now: number): RiskInput {
  return {
    rows: [...selectPositions(state, now), ...selectLastKnown(state, now)],
    unreadable: selectUnreadPositions(state),
  }
}
