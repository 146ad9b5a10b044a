import type { PartName } from '../../domain/parts.ts'
import { CROSS_ID } from '../../domain/position.ts'
import type { Change } from '../../domain/snapshot.ts'

/** The parts whose rows are expected to stay until a message or a second reply shows that they are gone. */
export type ListPart = Exclude<PartName, 'market' | 'account'>

/**
 * The ids of the rows that each list is expected to hold: those of the last accepted reply, with the changes of the stream since then. An
 * exchange in trouble may reply with an empty list. Its rows are then missing without a message, and the list must be read once more.
 */
export class ExpectedRows {
  readonly #ids: Readonly<Record<ListPart, Set<string>>> = {
    isolatedPositions: new Set(),
    isolatedOrders: new Set(),
    crossPosition: new Set(),
    crossOrders: new Set(),
  }

  /** Records a change of the stream. */
  observe(change: Change): void {
    const { isolatedPositions, isolatedOrders, crossPosition, crossOrders } = this.#ids
    switch (change.kind) {
      case 'order-opened':
        isolatedOrders.add(change.order.id)
        return
      case 'trade-filled':
        isolatedOrders.delete(change.position.id)
        isolatedPositions.add(change.position.id)
        return
      case 'trade-ended':
        isolatedOrders.delete(change.id)
        isolatedPositions.delete(change.id)
        return
      case 'cross-order-opened':
        crossOrders.add(change.order.id)
        return
      case 'cross-order-ended':
        crossOrders.delete(change.id)
        return
      case 'cross-position':
        if (change.cross.position === null) crossPosition.delete(CROSS_ID)
        else crossPosition.add(CROSS_ID)
    }
  }

  /** Returns the ids that a list is expected to hold now, before it is read. */
  of(part: ListPart): ReadonlySet<string> {
    return new Set(this.#ids[part])
  }

  /**
   * Returns true if a list lacks a row that was expected before its read, and still is. `ids` are its rows, unreadable ones included:
   * null if the id itself can't be read.
   */
  isMissing(part: ListPart, before: ReadonlySet<string>, ids: readonly (string | null)[]): boolean {
    const missing = [...before].filter(id => this.#ids[part].has(id) && !ids.includes(id))
    return missing.length > ids.filter(id => id === null).length
  }

  /** Accepts the rows of a list. Rows that came up during its read stay. A row without an id may be any of those expected before. */
  accept(part: ListPart, before: ReadonlySet<string>, ids: readonly (string | null)[]): void {
    if (!ids.includes(null)) for (const id of before) this.#ids[part].delete(id)
    for (const id of ids) if (id !== null) this.#ids[part].add(id)
  }
}
