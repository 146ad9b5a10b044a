/** The length of a period of a report. */
export type PeriodUnit = 'day' | 'week' | 'month' | 'year'

/** A period: from `start` up to, but not including, `end`. */
export interface Period {
  readonly start: number
  readonly end: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const PARTS = {
  calendar: 'gregory',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const satisfies Intl.DateTimeFormatOptions

/** Converts times of one zone; formatters are slow to make: the first of a process takes 20 ms. */
export class Zone {
  /** Null for UTC, which needs none. */
  readonly #format: Intl.DateTimeFormat | null

  /** `name`: an IANA name such as `Europe/Berlin`, or `UTC`. @throws RangeError for an unknown zone */
  constructor(name: string) {
    this.#format = name === 'UTC' ? null : new Intl.DateTimeFormat('en-US', { ...PARTS, timeZone: name })
  }

  /** The local time as if it were UTC, without milliseconds. */
  local(at: number): number {
    if (this.#format === null) return Math.floor(at / 1_000) * 1_000
    const parts = new Map(this.#format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
    const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0
    return Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    )
  }

  /** The first moment of a local day, given as if it were UTC. */
  startOf(localDay: number): number {
    let at = localDay
    // The offset at the guess may be that of the other side of a change of the clocks.
    for (let round = 0; round < 3; round += 1) at += localDay - this.local(at)
    return at
  }

  /** The whole period that contains a time. */
  periodAt(at: number, by: PeriodUnit): Period {
    const { start, end } = localPeriod(this.local(at), by)
    return { start: this.startOf(start), end: this.startOf(end) }
  }
}

/** Start of the period that contains a local time, and of the next one, both as if they were UTC. */
function localPeriod(local: number, by: PeriodUnit): Period {
  const date = new Date(local)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  if (by === 'year') return { start: Date.UTC(year, 0), end: Date.UTC(year + 1, 0) }
  if (by === 'month') return { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) }
  const day = Math.floor(local / DAY_MS) * DAY_MS
  if (by === 'day') return { start: day, end: day + DAY_MS }
  // Weeks begin on Monday; `getUTCDay` counts from Sunday.
  const monday = day - ((date.getUTCDay() + 6) % 7) * DAY_MS
  return { start: monday, end: monday + 7 * DAY_MS }
}

/** Returns the periods that contain the times from `from` to `to`, oldest first, without a gap. The first and last are cut off there. */
export function periodsBetween(from: number, to: number, by: PeriodUnit, zone: Zone): readonly Period[] {
  const periods: Period[] = []
  let { start, end } = localPeriod(zone.local(from), by)
  for (;;) {
    const period = { start: zone.startOf(start), end: zone.startOf(end) }
    if (period.start > to) return periods
    periods.push({ start: Math.max(period.start, from), end: Math.min(period.end, to + 1) })
    ;({ start, end } = localPeriod(end, by))
  }
}
