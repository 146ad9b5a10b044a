/** The most values that a window keeps of each extreme. */
const MAX_SLICES = 256

/**
 * The highest values of the recent past: each later one is lower. Of each slice of the window one is kept. The first and the last are
 * members of their own, which most updates are decided by.
 */
class Highest {
  readonly #times: number[] = []
  readonly #values: number[] = []
  #firstAt = Number.NEGATIVE_INFINITY
  #first = 0
  #lastAt = Number.NEGATIVE_INFINITY
  #last = Number.NEGATIVE_INFINITY

  /** Returns the highest value since a time, or null if there is none. */
  since(from: number): number | null {
    if (this.#firstAt >= from) return this.#first
    const times = this.#times
    while (times.length > 0 && (times[0] ?? 0) < from) {
      times.shift()
      this.#values.shift()
    }
    this.#setEnds()
    return times.length === 0 ? null : this.#first
  }

  add(value: number, now: number, sliceMs: number): void {
    if (this.#last > value && now - this.#lastAt < sliceMs) return
    const [times, values] = [this.#times, this.#values]
    while (values.length > 0 && (values.at(-1) ?? 0) <= value) {
      values.pop()
      times.pop()
    }
    // The one before may be of the same slice and higher.
    if (values.length === 0 || now - (times.at(-1) ?? 0) >= sliceMs) {
      values.push(value)
      times.push(now)
    }
    this.#setEnds()
  }

  #setEnds(): void {
    this.#firstAt = this.#times[0] ?? Number.NEGATIVE_INFINITY
    this.#first = this.#values[0] ?? 0
    this.#lastAt = this.#times.at(-1) ?? Number.NEGATIVE_INFINITY
    this.#last = this.#values.at(-1) ?? Number.NEGATIVE_INFINITY
  }
}

/**
 * Lowest and highest values of the recent past of one rule. Neither its size nor the time of an update grows with the number of updates:
 * values of the oldest slice may be forgotten early.
 */
export class ValueWindow {
  readonly #highest = new Highest()
  readonly #lowestNegated = new Highest()

  /**
   * Adds a value and returns its difference to the extreme of the window that is farther away, or null before a second value. Positive:
   * risen from the lowest.
   */
  moveOf(value: number, now: number, withinMs: number): number | null {
    const high = this.#highest.since(now - withinMs)
    const negatedLow = this.#lowestNegated.since(now - withinMs)
    const sliceMs = withinMs / MAX_SLICES
    this.#highest.add(value, now, sliceMs)
    this.#lowestNegated.add(-value, now, sliceMs)
    if (high === null || negatedLow === null) return null
    const rise = value + negatedLow
    const fall = high - value
    return rise >= fall ? rise : -fall
  }
}
