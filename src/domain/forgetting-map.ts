const MIN_SWEEP_SIZE = 16

/**
 * A map whose values expire. `set` removes expired values in sweeps. The map holds at most about twice the values that were unexpired
 * at the last sweep, and the cost of a sweep is amortized over the additions.
 */
export class ForgettingMap<Value> {
  readonly #isExpired: (value: Value, nowMs: number) => boolean
  readonly #values = new Map<string, Value>()
  #sweepSize = MIN_SWEEP_SIZE

  /** `isExpired` returns true if a value is equivalent to a missing one. */
  constructor(isExpired: (value: Value, nowMs: number) => boolean) {
    this.#isExpired = isExpired
  }

  get size(): number {
    return this.#values.size
  }

  get(key: string): Value | undefined {
    return this.#values.get(key)
  }

  set(key: string, value: Value, nowMs: number): void {
    this.#values.set(key, value)
    if (this.#values.size < this.#sweepSize) return
    for (const [each, old] of this.#values) if (this.#isExpired(old, nowMs)) this.#values.delete(each)
    this.#sweepSize = Math.max(MIN_SWEEP_SIZE, 2 * this.#values.size)
  }

  delete(key: string): void {
    this.#values.delete(key)
  }

  /** All values, including expired ones that were not swept yet. */
  values(): IterableIterator<Value> {
    return this.#values.values()
  }

  /** All keys and values, including expired ones that were not swept yet. */
  entries(): IterableIterator<readonly [string, Value]> {
    return this.#values.entries()
  }
}
