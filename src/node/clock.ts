import type { Cancel, Clock } from '../ports/clock.ts'

/** The longest delay that a timer of Node takes; a longer one would fire at once. */
const MAX_TIMER_MS = 2_147_483_647

/** `performance.now` would do too, and load all of Node's measuring for it. */
function sinceBoot(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/**
 * The real clock. `wallMs` and `monotonicMs` are arguments for the sake of tests only.
 *
 * The monotonic clock carries time on when the wall clock is set back; the wall clock carries it on when the machine slept,
 * because the monotonic one stands still then.
 */
export function openClock(wallMs: () => number = Date.now, monotonicMs: () => number = sinceBoot): Clock {
  let known = wallMs()
  let knownAt = monotonicMs()

  function nowMs(): number {
    const at = monotonicMs()
    known = Math.max(known + Math.max(0, at - knownAt), wallMs())
    knownAt = at
    return Math.floor(known)
  }

  function after(delayMs: number, then: () => void): Cancel {
    const dueAt = monotonicMs() + Math.max(0, delayMs)
    let timer: NodeJS.Timeout | null = null
    const wait = () => {
      const restMs = dueAt - monotonicMs()
      timer = setTimeout(wake, Math.min(Math.ceil(Math.max(0, restMs)), MAX_TIMER_MS))
    }
    // A timer may fire a fraction of a millisecond early, and a very long delay is waited for in parts.
    const wake = () => {
      if (monotonicMs() < dueAt) wait()
      else then()
    }
    wait()
    return () => {
      if (timer !== null) clearTimeout(timer)
    }
  }

  return { nowMs, after }
}
