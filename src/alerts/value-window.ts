/** The most samples that a window keeps. */
const MAX_SAMPLES = 256

interface Sample {
  readonly at: number
  low: number
  high: number
}

/** Lowest and highest values of the recent past of one rule, in slices of the window, so that its size does not grow with the updates. */
export class ValueWindow {
  readonly #samples: Sample[] = []

  /**
   * Adds a value and returns its difference to the extreme of the window that is farther away, or null before a second value. Positive:
   * risen from the lowest.
   */
  moveOf(value: number, now: number, withinMs: number): number | null {
    const samples = this.#samples
    while (samples.length > 0 && (samples[0]?.at ?? now) < now - withinMs) samples.shift()
    let low = Number.POSITIVE_INFINITY
    let high = Number.NEGATIVE_INFINITY
    for (const sample of samples) {
      if (sample.low < low) low = sample.low
      if (sample.high > high) high = sample.high
    }
    this.#add(value, now, withinMs)
    if (low > high) return null
    const rise = value - low
    const fall = high - value
    return rise >= fall ? rise : -fall
  }

  #add(value: number, now: number, withinMs: number): void {
    const last = this.#samples.at(-1)
    if (last !== undefined && now - last.at < withinMs / MAX_SAMPLES) {
      last.low = Math.min(last.low, value)
      last.high = Math.max(last.high, value)
    } else this.#samples.push({ at: now, low: value, high: value })
  }
}
