import type { Position } from '../domain/position.ts'
import type { Stamped } from '../domain/stamp.ts'
import type { State } from './state.ts'

/** All open positions as received, isolated first. */
export function openPositions(state: State): readonly Stamped<Position>[] {
  const positions = [...(state.isolated?.values() ?? [])]
  const { cross } = state
  if (cross?.value.position) positions.push({ ...cross, value: cross.value.position })
  return positions
}
