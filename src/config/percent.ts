import type { Parser } from './parsers.ts'

/** Parses a percentage such as `10%`, `-2.5%` or `10` to a fraction. The bounds are in percent; `min` is excluded if `excludesMin`. */
export function percent(min: number, max: number, excludesMin = false): Parser<number> {
  return text => {
    const match = /^([+-]?\d{1,6}(?:\.\d{1,6})?)%?$/.exec(text)
    const value = match === null ? Number.NaN : Number(match[1]) + 0
    const isLarge = excludesMin ? value > min : value >= min
    if (isLarge && value <= max) return { ok: true, value: value / 100 }
    return {
      ok: false,
      expected: `a percentage ${excludesMin ? 'above' : 'from'} ${min}% ${excludesMin ? 'and up to' : 'to'} ${max}%`,
    }
  }
}
