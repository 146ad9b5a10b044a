import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import type { Clock } from '../../ports/clock.ts'

/** Decides when frames are drawn: no more often than the limit for data, at once for the user, and when time alone changes them. */
export interface FrameScheduler {
  /** Data has changed: draws soon, all changes until then in one frame. */
  changed(): void
  /** The user has done something: draws as soon as the current turn is over. */
  flush(): void
  /** Draws before it returns. */
  drawNow(): void
  /** Draws nothing more. */
  close(): void
}

/**
 * `draw` returns when time alone will change the frame (ms, our clock). Frames for changes of data are at least `intervalMs` apart.
 */
export function openFrameScheduler(clock: Clock, intervalMs: number, draw: () => number): FrameScheduler {
  let drawnAt = Number.NEGATIVE_INFINITY
  const timer = new DeadlineTimer(clock, drawNow)

  function drawNow(): void {
    if (timer.isClosed) return
    timer.cancel()
    drawnAt = clock.nowMs()
    timer.armBy(draw())
  }

  return {
    changed: () => timer.armBy(Math.max(clock.nowMs(), drawnAt + intervalMs)),
    flush: () => timer.armBy(clock.nowMs()),
    drawNow,
    close: () => timer.close(),
  }
}
