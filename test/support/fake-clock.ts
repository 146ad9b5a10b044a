import type { Cancel, Clock } from '../../src/ports/clock.ts'

interface Timer {
  readonly dueAt: number
  readonly then: () => void
}

export interface FakeClock extends Clock {
  /**
   * Advances the time by `ms`. Timers run in order, each at its due time, including those set by other timers. Pending promises settle
   * between two timers.
   */
  advance(ms: number): Promise<void>
  /** Settles pending promises and runs due timers without advancing the time. */
  settle(): Promise<void>
  /** Jumps by `ms`, as after a sleep of the machine: timers that became due run late, at the new time. */
  jump(ms: number): Promise<void>
  /** Sets the wall clock back by `ms`; the time goes on. */
  setBack(ms: number): void
  /** Number of pending timers; 0 proves that none was leaked. */
  pendingTimers(): number
}

/** Waits for all microtasks: an immediate runs after them, without real time passing. */
function microtasksDone(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** Opens a clock that only the test advances. Starts at 2026-11-23T18:00:00Z by default. */
export function openFakeClock(startMs = Date.UTC(2026, 10, 23, 18)): FakeClock {
  let now = startMs
  let aheadMs = 0
  const timers = new Set<Timer>()

  function nextDue(until: number): Timer | null {
    let first: Timer | null = null
    for (const timer of timers) {
      if (timer.dueAt > until) continue
      if (first === null || timer.dueAt < first.dueAt) first = timer
    }
    return first
  }

  async function runUntil(until: number): Promise<void> {
    await microtasksDone()
    for (let timer = nextDue(until); timer !== null; timer = nextDue(until)) {
      timers.delete(timer)
      now = Math.max(now, timer.dueAt)
      timer.then()
      await microtasksDone()
    }
    now = Math.max(now, until)
  }

  return {
    nowMs: () => now,
    toWall: atMs => atMs - aheadMs,
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
    setBack(ms) {
      aheadMs += ms
    },
    pendingTimers: () => timers.size,
  }
}

/** Advances a clock until a promise has settled, and returns its result. */
export async function driven<T>(
  clock: Pick<FakeClock, 'settle' | 'advance'>,
  promise: Promise<T>,
): Promise<T> {
  let isSettled = false
  promise
    .finally(() => {
      isSettled = true
    })
    .catch(() => {})
  for (let turn = 0; turn < 20_000; turn += 1) {
    await clock.settle()
    if (isSettled) return promise
    await clock.advance(50)
  }
  throw new Error('not settled')
}
