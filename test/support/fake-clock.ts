import type { Cancel, Clock } from '../../src/ports/clock.ts'

interface Timer {
  readonly dueAt: number
  readonly then: () => void
}

export interface FakeClock extends Clock {
  /**
   * Moves time on by `ms`. Timers run in the order they are due, each at its own moment, also those set meanwhile; between
   * two of them every promise that can settle does.
   */
  advance(ms: number): Promise<void>
  /** Lets every promise that can settle do so, and runs the timers that are due now; time stands still. */
  settle(): Promise<void>
  /** Time jumps by `ms`, as after a sleep of the machine: what became due meanwhile runs late, at the new time. */
  jump(ms: number): Promise<void>
  /** How many timers wait; 0 proves that nothing was left behind. */
  waiting(): number
}

/** Microtasks are all done before an immediate runs; no real time needs to pass. */
function microtasksDone(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** A clock that stands still until the test moves it. Starts at 2026-11-23T18:00:00Z unless told otherwise. */
export function openFakeClock(startMs = Date.UTC(2026, 10, 23, 18)): FakeClock {
  let now = startMs
  const timers = new Set<Timer>()

  function firstDue(until: number): Timer | null {
    let first: Timer | null = null
    for (const timer of timers) {
      if (timer.dueAt > until) continue
      if (first === null || timer.dueAt < first.dueAt) first = timer
    }
    return first
  }

  async function runUntil(until: number): Promise<void> {
    await microtasksDone()
    for (let timer = firstDue(until); timer !== null; timer = firstDue(until)) {
      timers.delete(timer)
      now = Math.max(now, timer.dueAt)
      timer.then()
      await microtasksDone()
    }
    now = Math.max(now, until)
  }

  return {
    nowMs: () => now,
    after(delayMs, then): Cancel {
      const timer = { dueAt: now + Math.max(0, delayMs), then }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance: ms => runUntil(now + ms),
    settle: () => runUntil(now),
    async jump(ms) {
      now += ms
      await runUntil(now)
    },
    waiting: () => timers.size,
  }
}
