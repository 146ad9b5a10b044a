const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Samples older than `olderMs` are kept once in `everyMs`. */
export const SAMPLE_RETENTION = [
  { olderMs: 365 * DAY_MS, everyMs: DAY_MS },
  { olderMs: 7 * DAY_MS, everyMs: HOUR_MS },
  { olderMs: 0, everyMs: MINUTE_MS },
] as const
