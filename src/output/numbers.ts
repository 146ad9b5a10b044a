/** Rounds to `digits` decimals. Returns null for NaN and infinity, and never -0. */
function rounded(value: number | null, digits: number): number | null {
  if (value === null || !Number.isFinite(value)) return null
  return Number(value.toFixed(digits)) + 0
}

/** Rounds dollars to the cent. */
export function cents(value: number | null): number | null {
  return rounded(value, 2)
}

/** Rounds a fraction to six decimals (0.0001 %): further digits are noise of the division. */
export function fraction(value: number | null): number | null {
  return rounded(value, 6)
}

/** Returns a number unrounded. Returns null for NaN and infinity, and never -0. */
export function plain(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : value + 0
}

/** Rounds to an integer, for ages and round trips. */
export function whole(value: number | null): number | null {
  return rounded(value, 0)
}

/** The last millisecond with a four-digit year. */
const MAX_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** Formats ms since 1970 as ISO 8601 UTC with milliseconds. Clamps to the years 1970 to 9999. */
export function iso(ms: number): string {
  return new Date(Math.min(Math.max(ms, 0), MAX_MS)).toISOString()
}
