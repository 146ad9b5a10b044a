import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import type { Clock } from '../../ports/clock.ts'

/** Draws no more often than wanted, however much happens, and by itself when time alone changes the picture. */
export interface FrameScheduler {
  /** Something changed: draw soon, all that happens until then in one frame. */
  changed(): void
  /** The person did something: draw as soon as the current turn is over. */
  flush(): void
  /** Draws nothing more. */
  close(): void
}

/**
 * `draw` returns when it wants to be called again though nothing happens (our clock). Frames that data asks for are at least
 * `everyMs` apart.
 */
export function openFrameScheduler(clock: Clock, everyMs: number, draw: () => number): FrameScheduler {
  let drawnAt = Number.NEGATIVE_INFINITY
  const timer = new DeadlineTimer(clock, () => {
    drawnAt = clock.nowMs()
    timer.armBy(draw())
  })

  return {
    changed: () => timer.armBy(Math.max(clock.nowMs(), drawnAt + everyMs)),
    flush: () => timer.armBy(clock.nowMs()),
    close: () => timer.close(),
  }
}
