const FIRST_MS = 1_000
const MAX_MS = 60_000

/**
 * Exponential backoff with full jitter: a random delay up to a limit that doubles with each failure. `random` is in [0, 1).
 */
export function retryDelayMs(failures: number, random: number): number {
  // The exponent is bounded: 2 ** failures would overflow after hours.
  const limit = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(Math.max(0, failures - 1), 20))
  return Math.ceil(limit * random)
}
