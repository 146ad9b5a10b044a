/** Funding settles every eight hours, at 00:00, 08:00 and 16:00 UTC (7.5). */
export const FUNDING_PERIOD_MS = 8 * 3_600_000

/** Returns the time of the first settlement strictly after `at`. */
export function nextFundingAfter(at: number): number {
  return (Math.floor(at / FUNDING_PERIOD_MS) + 1) * FUNDING_PERIOD_MS
}
