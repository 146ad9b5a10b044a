import type { Cancel, Clock } from '../ports/clock.ts'
import { monotonicNow } from './monotonic.ts'

/** The longest delay of a Node timer in ms; a longer one would fire at once. */
const MAX_TIMER_MS = 2_147_483_647

/** Smaller differences between the two clocks are no step: time synchronization adjusts the wall clock all the time. */
const MIN_STEP_MS = 1_000

/** A step back undoes a jump forward of the same size, within this. */
const MAX_STEP_DIFFERENCE_MS = 60_000

/** Number of jumps that are remembered. A laptop makes one per suspend. */
const MAX_JUMPS = 100

/** A jump of the wall clock forward, against the monotonic one: a suspend, or the clock was set. `at` is the first time after it. */
interface Jump {
  readonly at: number
  readonly byMs: number
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
  /** How far the time is ahead of the wall clock: the sum of all steps back. */
  let aheadMs = 0
  let jumps: readonly Jump[] = []
  /** Jumps that a step back has undone: times before them were right. */
  let undone: readonly Jump[] = []

  function read(): void {
    const at = monotonicMs()
    const expected = lastMs + Math.max(0, at - lastReadAt)
    const wall = wallMs() + aheadMs
    lastReadAt = at
    lastMs = Math.max(expected, wall)
    if (wall - expected >= MIN_STEP_MS)
      jumps = [...jumps, { at: Math.floor(wall), byMs: wall - expected }].slice(-MAX_JUMPS)
    else if (expected - wall >= MIN_STEP_MS) setBack(expected - wall)
  }

  function setBack(byMs: number): void {
    aheadMs += byMs
    const jump = jumps.findLast(each => Math.abs(each.byMs - byMs) <= MAX_STEP_DIFFERENCE_MS)
    if (jump === undefined) return
    jumps = jumps.filter(each => each !== jump)
    undone = [...undone, { at: jump.at, byMs }].slice(-MAX_JUMPS)
  }

  function nowMs(): number {
    read()
    return Math.floor(lastMs)
  }

  function toWall(atMs: number): number {
    read()
    const rightMs = undone.reduce((sum, { at, byMs }) => (atMs < at ? sum + byMs : sum), 0)
    return Math.floor(atMs - aheadMs + rightMs)
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

  return { nowMs, toWall, after }
}
