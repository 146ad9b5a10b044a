import type { Cancel, Clock } from '../../ports/clock.ts'

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
  let pending: { readonly at: number; readonly cancel: Cancel } | null = null
  let isOpen = true

  function drawBy(at: number): void {
    if (!isOpen || (pending !== null && pending.at <= at)) return
    pending?.cancel()
    pending = { at, cancel: clock.after(Math.max(0, at - clock.nowMs()), drawNow) }
  }

  function drawNow(): void {
    if (!isOpen) return
    pending?.cancel()
    pending = null
    drawnAt = clock.nowMs()
    drawBy(draw())
  }

  return {
    changed: () => drawBy(Math.max(clock.nowMs(), drawnAt + intervalMs)),
    flush: () => drawBy(clock.nowMs()),
    drawNow,
    close() {
      isOpen = false
      pending?.cancel()
      pending = null
    },
  }
}
