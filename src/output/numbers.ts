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

/** A whole number, as ages and round trips are. */
export function whole(value: number | null): number | null {
  return rounded(value, 0)
}

/** Ms since 1970 as ISO 8601 UTC with milliseconds. */
export function iso(ms: number): string {
  return new Date(ms).toISOString()
}
