import type { Cancel, Clock } from '../ports/clock.ts'

/** The longest delay of a Node timer in ms; a longer one would fire at once. */
const MAX_TIMER_MS = 2_147_483_647

/** Milliseconds since boot. Avoids `performance.now`, which would load the whole performance module. */
function monotonicNow(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/**
 * Returns the system clock, which never runs backwards. `wallMs` and `monotonicMs` are parameters for tests only.
 *
 * Time advances with the monotonic clock while the wall clock is set back, and with the wall clock across a suspend, which
 * stops the monotonic one.
 */
export function openClock(wallMs: () => number = Date.now, monotonicMs: () => number = monotonicNow): Clock {
  let lastMs = wallMs()
  let lastReadAt = monotonicMs()

  function nowMs(): number {
    const at = monotonicMs()
    lastMs = Math.max(lastMs + Math.max(0, at - lastReadAt), wallMs())
    lastReadAt = at
    return Math.floor(lastMs)
  }

  function after(delayMs: number, callback: () => void): Cancel {
    const dueAt = monotonicMs() + Math.max(0, delayMs)
    let timer: NodeJS.Timeout | null = null
    const arm = () => {
      const remainingMs = dueAt - monotonicMs()
      timer = setTimeout(fire, Math.min(Math.ceil(Math.max(0, remainingMs)), MAX_TIMER_MS))
    }
    // A timer may fire a fraction of a millisecond early, and a very long delay is split into parts.
    const fire = () => {
      if (monotonicMs() < dueAt) arm()
      else callback()
    }
    arm()
    return () => {
      if (timer !== null) clearTimeout(timer)
    }
  }

  return { nowMs, after }
}
