/** One line of the benchmark. Ratios within one run travel between machines, times do not. */
export interface Result {
  readonly name: string
  readonly value: number
  /** What the value is a multiple of, or its unit. */
  readonly unit: string
  /** At most so much; null: only for comparison. */
  readonly target: number | null
  /** The target is to be reached, not to be kept below. */
  readonly least?: boolean
  readonly note?: string
}

/** The middle of the values; NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  if (sorted.length % 2 === 1) return sorted[Math.floor(middle)] ?? Number.NaN
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}

/** The result and its target in one line, marked if it misses the target. */
export function resultLine({ name, value, unit, target, least = false, note }: Result): string {
  const figure = `${value.toFixed(value < 100 ? 2 : 0)} ${unit}`
  const verdict = target === null ? '' : verdictOn(value, target, least)
  return `${name.padEnd(44)} ${figure.padStart(20)}  ${(note ?? '').padStart(8)}  ${verdict}`.trimEnd()
}

function verdictOn(value: number, target: number, least: boolean): string {
  if (least) return `target ≥ ${target}${value >= target ? '' : '  BELOW TARGET'}`
  return `target ≤ ${target}${value <= target ? '' : '  ABOVE TARGET'}`
}
