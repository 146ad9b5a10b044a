/** Rounds to `digits` decimals; what can't be a number of a document is not known. Never -0. */
function rounded(value: number | null, digits: number): number | null {
  if (value === null || !Number.isFinite(value)) return null
  return Number(value.toFixed(digits)) + 0
}

/** An amount of dollars to the cent. */
export function cents(value: number | null): number | null {
  return rounded(value, 2)
}

/** A fraction to a ten-thousandth of a percent: beyond that is noise of the division. */
export function fraction(value: number | null): number | null {
  return rounded(value, 6)
}

/** A number as it is; never -0, and what can't be a number of a document is not known. */
export function plain(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : value + 0
}

/** A whole number, as ages and round trips are. */
export function whole(value: number | null): number | null {
  return rounded(value, 0)
}

/** The last moment that has a year of four digits. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** Ms since 1970 as ISO 8601 UTC with milliseconds; a moment beyond the year 9999 is that year's last. */
export function iso(ms: number): string {
  return new Date(Math.min(Math.max(ms, 0), LAST_MS)).toISOString()
}
