import type { ParseResult, Parser } from '../config/parsers.ts'
import { AxisorError } from '../domain/error.ts'
import { Zone } from '../ledger/periods.ts'

/** A time on the command line: exact, or a local day or time whose zone another flag names. */
export type GivenTime = { readonly at: number } | { readonly local: number; readonly isDay: boolean }

const DATE = /^\d{4}-\d{2}-\d{2}$/
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?$/
const EXPECTED = 'a date such as 2026-11-28 or a time such as 2026-11-28T08:00Z'

/** Parses an ISO date or time. Without an offset it is a local time. */
export const givenTime: Parser<GivenTime> = (text): ParseResult<GivenTime> => {
  const isDay = DATE.test(text)
  const [, , , offset] = DATE_TIME.exec(text) ?? []
  if (!isDay && !DATE_TIME.test(text)) return { ok: false, expected: EXPECTED }
  const at = Date.parse(isDay || offset !== undefined ? text : `${text}Z`)
  const isReal = !Number.isNaN(at) && (!isDay || new Date(at).toISOString().startsWith(text))
  if (!isReal) return { ok: false, expected: EXPECTED }
  return { ok: true, value: offset === undefined ? { local: at, isDay } : { at } }
}

/** Parses the name of a time zone. */
export const zoneName: Parser<string> = text => {
  try {
    new Zone(text)
    return { ok: true, value: text }
  } catch {
    return { ok: false, expected: 'a time zone such as UTC or Europe/Berlin' }
  }
}

/** The flags of a range. */
export interface RangeFlags {
  readonly lookbackMs: number | null
  readonly from: GivenTime | null
  readonly to: GivenTime | null
}

/** A range, ms since 1970, both inclusive. */
export interface TimeRange {
  /** Null: from the first record. */
  readonly from: number | null
  readonly to: number
}

const DAY_MS = 86_400_000

/**
 * Returns the range that the flags select. The day of `--to` is included as a whole.
 * @throws AxisorError usage, if the flags contradict each other
 */
export function timeRangeOf(flags: RangeFlags, zone: Zone, now: number): TimeRange {
  const { lookbackMs, from, to } = flags
  if (lookbackMs !== null && from !== null)
    throw new AxisorError('usage', '--since and --from exclude each other', { hint: 'Use one of them.' })
  const end = to === null ? now : endOf(to, zone)
  const start = lookbackMs === null ? (from === null ? null : startOf(from, zone)) : now - lookbackMs
  if (start !== null && start > end)
    throw new AxisorError('usage', 'the range ends before it begins', {
      hint: 'Check --from, --since and --to.',
    })
  return { from: start, to: end }
}

function startOf(time: GivenTime, zone: Zone): number {
  return 'at' in time ? time.at : zone.startOf(time.local)
}

function endOf(time: GivenTime, zone: Zone): number {
  return 'local' in time && time.isDay ? zone.startOf(time.local + DAY_MS) - 1 : startOf(time, zone)
}
