import type { Position } from '../domain/position.ts'

/** What became of the cross position. `flipped`: its side changed. */
type CrossMove = 'opened' | 'increased' | 'reduced' | 'closed' | 'flipped'

/** Returns what became of the cross position; null if its side and quantity stayed. A position is null while the account is flat. */
export function crossMoveOf(before: Position | null, after: Position | null): CrossMove | null {
  if (before === null) return after === null ? null : 'opened'
  if (after === null) return 'closed'
  if (before.side !== after.side) return 'flipped'
  if (before.quantityUsd === after.quantityUsd) return null
  return before.quantityUsd < after.quantityUsd ? 'increased' : 'reduced'
}
