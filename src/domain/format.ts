/** Placeholder for unknown numbers. */
export const UNKNOWN = '···'

/** Groups thousands with commas: 12843702 → 12,843,702. Screens format hundreds of numbers per frame, hence no regular expression. */
function grouped(digits: string): string {
  let text = digits.slice(-3)
  for (let end = digits.length - 3; end > 0; end -= 3)
    text = `${digits.slice(Math.max(0, end - 3), end)},${text}`
  return text
}

function fixed(value: number, decimals: number): string {
  const digits = Math.abs(value).toFixed(decimals)
  const point = decimals === 0 ? digits.length : digits.length - decimals - 1
  const text = grouped(digits.slice(0, point)) + digits.slice(point)
  return value < 0 && Number(digits) !== 0 ? `-${text}` : text
}

/** Formats a number with `decimals` decimals and grouped thousands; null is `···`. Never prints -0. */
export function formatNumber(value: number | null, decimals = 0): string {
  return value === null ? UNKNOWN : fixed(value, decimals)
}

/** Formats a number with its sign; 0 has none. */
export function formatSigned(value: number | null, decimals = 0): string {
  const text = formatNumber(value, decimals)
  return value !== null && value > 0 && /[1-9]/.test(text) ? `+${text}` : text
}

/** Formats a fraction as a signed percentage without the % sign: 0.0031 → +0.31. */
export function formatSignedPercent(fraction: number | null, decimals = 2): string {
  return formatSigned(fraction === null ? null : fraction * 100, decimals)
}

/** Formats an age in its shortest useful form: 0.4s, 42s, 3m05s, 2h14m, 6d11h. */
export function formatAge(ageMs: number | null): string {
  if (ageMs === null) return UNKNOWN
  const seconds = Math.max(0, ageMs) / 1000
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`
  const whole = Math.floor(seconds)
  if (whole < 60) return `${whole}s`
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}h${two(minutes % 60)}m`
  const hours = Math.floor(minutes / 60)
  return `${Math.floor(hours / 24)}d${two(hours % 24)}h`
}

/** Pads to two digits: 5 → 05. */
function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** The first 4 characters of an id, to distinguish positions on a screen; a dash for the cross position. */
export function shortId(id: string, mode: 'isolated' | 'cross'): string {
  return mode === 'cross' ? '—' : id.replaceAll('-', '').slice(0, 4)
}

/** Formats a fraction as a percentage without needless zeros: 0.1 → 10%, 0.0125 → 1.25%. */
export function formatPercent(fraction: number): string {
  return `${Number((fraction * 100).toFixed(3))}%`
}
