import type { Change } from '../../domain/snapshot.ts'
import type { RelayChange } from '../../wire/relay/messages.ts'

/**
 * Changes of one tick. Of what only replaces what was known (prices, candles, history) the newest stays; what happened stays, all of
 * it and in order.
 */
export class ChangeBatch {
  readonly #byKey = new Map<string, RelayChange>()
  #count = 0

  add(change: RelayChange): void {
    this.#count += 1
    const key = replacing(change.change) ?? `${this.#count}`
    // The newest goes to the end, so that a candle comes after the past that it belongs to.
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

/** What a change replaces; null for what happened. */
function replacing(change: Change): string | null {
  switch (change.kind) {
    case 'ticker':
      // One without a price does not replace one with it.
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
