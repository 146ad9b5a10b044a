import type { Random } from '../../ports/clock.ts'

/** The number of clients that may reconnect per millisecond. */
const RECONNECTS_PER_MS = 5

const MAX_SPREAD_MS = 10_000

/**
 * Returns a close reason with the delay (ms) after which a client should reconnect. Random, so that the reconnects
 * are spread out.
 */
export function restartReason(clients: number, random: Random): string {
  const spreadMs = Math.min(MAX_SPREAD_MS, 1_000 + clients / RECONNECTS_PER_MS)
  return JSON.stringify({ retryAfterMs: 250 + Math.floor(random.float() * spreadMs) })
}
