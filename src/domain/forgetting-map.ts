const MIN_SWEEP_SIZE = 16

/**
 * A map whose values lose their meaning with time. Such values are removed while others are added, so that the map never holds more
 * than about twice the values that mattered at the last sweep; the cost of a sweep is spread over the additions.
 */
export class ForgettingMap<Value> {
  readonly #isForgettable: (value: Value, nowMs: number) => boolean
  readonly #values = new Map<string, Value>()
  #sweepSize = MIN_SWEEP_SIZE

  /** `isForgettable` returns true if a value means the same as none. */
  constructor(isForgettable: (value: Value, nowMs: number) => boolean) {
    this.#isForgettable = isForgettable
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
    for (const [each, old] of this.#values) if (this.#isForgettable(old, nowMs)) this.#values.delete(each)
    this.#sweepSize = Math.max(MIN_SWEEP_SIZE, 2 * this.#values.size)
  }

  /** All values, those included that could be forgotten. */
  values(): IterableIterator<Value> {
    return this.#values.values()
  }
}
