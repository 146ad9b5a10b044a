import type { Change } from '../../domain/snapshot.ts'
import type { RelayChange } from '../../wire/relay/messages.ts'

/**
 * The changes of one tick, in order. Changes that replace a value (prices, candles, history) keep only the latest;
 * events are all kept.
 */
export class ChangeBatch {
  readonly #byKey = new Map<string, RelayChange>()
  #count = 0

  add(change: RelayChange): void {
    this.#count += 1
    const key = replacementKey(change.change) ?? `${this.#count}`
    // The latest moves to the end, so that a candle follows the candle history that it belongs to.
    this.#byKey.delete(key)
    this.#byKey.set(key, change)
  }

  get size(): number {
    return this.#byKey.size
  }

  list(): readonly RelayChange[] {
    return [...this.#byKey.values()]
  }
}

/** Returns the key of the value that a change replaces, or null for an event. */
function replacementKey(change: Change): string | null {
  switch (change.kind) {
    case 'ticker':
      // A ticker without a price must not replace one with a price.
      return `ticker ${change.lastPriceUsd === null} ${change.indexUsd === null}`
    case 'candle':
    case 'candles':
      return `${change.kind} ${change.range}`
    case 'last-price':
    case 'index':
    case 'buckets':
    case 'funding':
    case 'history':
      return change.kind
    default:
      return null
  }
}
