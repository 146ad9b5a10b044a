/** The maximum time value of a Date. */
const MAX_MS = 8_640_000_000_000_000

/** From this on a number counts seconds: as ms it would be before 1973. Smaller ones are of no clock, and stay ms. */
export const LEAST_SECONDS = 1_000_000_000
const LEAST_MS = 100_000_000_000
/** From these on a number counts microseconds, or nanoseconds: as ms it would be after the year 5138. */
const LEAST_MICROSECONDS = 100_000_000_000_000
const LEAST_NANOSECONDS = 100_000_000_000_000_000

/**
 * Converts a number of seconds, ms, microseconds or nanoseconds since 1970 to whole ms; null for anything else. The exchange documents ms, but a time in
 * another unit must not make every price look half a century old, or sign requests with such a time. A number below `least`, which is above 0, is
 * no time: 0 is an unset one.
 */
export function epochMs(value: number, least: number): number | null {
  if (!Number.isFinite(value) || value < least) return null
  const ms = Math.round(value * msPerUnit(value))
  return ms <= MAX_MS ? ms : null
}

function msPerUnit(value: number): number {
  if (value >= LEAST_NANOSECONDS) return 1e-6
  if (value >= LEAST_MICROSECONDS) return 1e-3
  return value >= LEAST_SECONDS && value < LEAST_MS ? 1_000 : 1
}

/** ISO 8601 with a date and a time. Without a zone it is UTC, as all times of the exchange. */
const ISO = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?([Zz]|[+-]\d{2}:?\d{2})?$/

/** Parses an ISO 8601 time to ms since 1970; null for any other text. */
export function isoMs(text: string): number | null {
  const [, date, time, zone = 'Z'] = ISO.exec(text) ?? []
  if (date === undefined || time === undefined) return null
  const offset = zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2').toUpperCase()
  const ms = Date.parse(`${date}T${time}${offset}`)
  return Number.isNaN(ms) ? null : ms
}
