import type { Random } from '../../ports/clock.ts'

/** So many clients may come back within a millisecond. */
const COMING_BACK_PER_MS = 5

const MAX_MS = 10_000

/** When a client is to come back, in words that it can read: spread out, so that not all come at once. */
export function restartReason(clients: number, random: Random): string {
  const spreadMs = Math.min(MAX_MS, 1_000 + clients / COMING_BACK_PER_MS)
  return JSON.stringify({ retryAfterMs: 250 + Math.floor(random.float() * spreadMs) })
}
