import type { Change } from '../../domain/snapshot.ts'
import type { RouteName } from '../../wire/lnm/routes.ts'

/** The routes whose rows are expected to stay until a message or a second reply shows that they are gone. */
export type ListRoute = Extract<RouteName, 'isolatedRunning' | 'isolatedOpen' | 'crossPosition' | 'crossOpen'>

/** The id of the cross position, which has none. */
export const CROSS_POSITION_ID = 'cross'

/**
 * The ids of the rows that each list is expected to hold: those of the last accepted reply, with the changes of the stream since then. An
 * exchange in trouble may reply with an empty list. Its rows are then missing without a message, and the list must be read once more.
 */
export class ExpectedRows {
  readonly #ids: Readonly<Record<ListRoute, Set<string>>> = {
    isolatedRunning: new Set(),
    isolatedOpen: new Set(),
    crossPosition: new Set(),
    crossOpen: new Set(),
  }

  /** Records a change of the stream. */
  observe(change: Change): void {
    const { isolatedRunning, isolatedOpen, crossPosition, crossOpen } = this.#ids
    switch (change.kind) {
      case 'order-opened':
        isolatedOpen.add(change.order.id)
        return
      case 'trade-filled':
        isolatedOpen.delete(change.position.id)
        isolatedRunning.add(change.position.id)
        return
      case 'trade-ended':
        isolatedOpen.delete(change.id)
        isolatedRunning.delete(change.id)
        return
      case 'cross-order-opened':
        crossOpen.add(change.order.id)
        return
      case 'cross-order-ended':
        crossOpen.delete(change.id)
        return
      case 'cross-position':
        if (change.cross.position === null) crossPosition.delete(CROSS_POSITION_ID)
        else crossPosition.add(CROSS_POSITION_ID)
    }
  }

  /** Returns true if a list lacks an expected row. `ids` are its rows, unreadable ones included. */
  isMissing(route: ListRoute, ids: readonly string[]): boolean {
    const listed = new Set(ids)
    return [...this.#ids[route]].some(id => !listed.has(id))
  }

  /** Accepts the rows of a list. */
  accept(route: ListRoute, ids: readonly string[]): void {
    this.#ids[route].clear()
    for (const id of ids) this.#ids[route].add(id)
  }
}
