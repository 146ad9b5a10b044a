import type { Position } from '../../domain/position.ts'
import type { AccountSnapshot, Change } from '../../domain/snapshot.ts'

/**
 * Finds snapshots without a position that an earlier one had and whose end no message of the stream has reported: only the listings tell
 * how it ended.
 */
export class GonePositions {
  #isolated = new Set<string | null>()
  #cross: Position | null = null

  /** Records a message: what it reports is read on its account. */
  reported(change: Change): void {
    if (change.kind === 'trade-ended') this.#isolated.delete(change.id)
    else if (change.kind === 'cross-position') this.#cross = change.cross.position
  }

  /** Returns true if a position has gone since the last snapshot. A list that was not read changes nothing. */
  observe({ isolated, cross, parts }: AccountSnapshot): boolean {
    let isGone = false
    if (isolated !== null) {
      const rows = [...isolated.value, ...parts.isolatedPositions.unreadable]
      const ids = new Set(rows.map(({ id }) => id))
      isGone = [...this.#isolated].some(id => !ids.has(id))
      this.#isolated = ids
    }
    if (cross !== null) {
      const { position } = cross.value
      isGone ||= this.#cross !== null && (position === null || position.side !== this.#cross.side)
      this.#cross = position
    }
    return isGone
  }
}
