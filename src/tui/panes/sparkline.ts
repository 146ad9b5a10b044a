/** Bars of growing height. */
export const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇'] as const

/** Up to `bars` bars scaled from the lowest to the highest value, newest last; '' for fewer than two values. */
export function sparkline(values: readonly number[], bars: number): string {
  return values.length < 2 ? '' : gappedSparkline(values, Math.min(bars, values.length))
}

/** As `sparkline`, with a blank where the values are unknown. */
export function gappedSparkline(values: readonly (number | null)[], bars: number): string {
  const picked = resampled(values, bars)
  const known = picked.filter(value => value !== null)
  const low = Math.min(...known)
  const span = Math.max(...known) - low
  return picked
    .map(value => {
      if (value === null) return ' '
      return BLOCKS[span === 0 ? 3 : Math.min(6, Math.floor(((value - low) / span) * 7))] ?? ''
    })
    .join('')
}

/** The last known value of each of `count` equal intervals; null for one without any. */
export function resampled(values: readonly (number | null)[], count: number): readonly (number | null)[] {
  return Array.from({ length: count }, (_, index) => {
    const end = Math.ceil(((index + 1) * values.length) / count)
    const start = Math.min(end - 1, Math.ceil((index * values.length) / count))
    return values.slice(start, end).findLast(value => value !== null) ?? null
  })
}
