const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇'] as const

/** Up to `bars` bars scaled from the lowest to the highest value, newest last; '' for fewer than two values. */
export function sparkline(values: readonly number[], bars: number): string {
  if (values.length < 2) return ''
  const picked = sampled(values, Math.min(bars, values.length))
  const low = Math.min(...picked)
  const span = Math.max(...picked) - low
  return picked
    .map(value => BLOCKS[span === 0 ? 3 : Math.min(6, Math.floor(((value - low) / span) * 7))] ?? '')
    .join('')
}

/** The last value of each of `count` equal intervals. */
function sampled(values: readonly number[], count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => {
    return values[Math.ceil(((index + 1) * values.length) / count) - 1] ?? 0
  })
}
