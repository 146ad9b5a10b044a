import type { Cancel, Clock } from '../../ports/clock.ts'

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
  let pending: { readonly at: number; readonly cancel: Cancel } | null = null
  let isOpen = true

  function drawBy(at: number): void {
    if (!isOpen || (pending !== null && pending.at <= at)) return
    pending?.cancel()
    pending = { at, cancel: clock.after(Math.max(0, at - clock.nowMs()), run) }
  }

  function run(): void {
    pending = null
    drawnAt = clock.nowMs()
    drawBy(draw())
  }

  return {
    changed: () => drawBy(Math.max(clock.nowMs(), drawnAt + everyMs)),
    flush: () => drawBy(clock.nowMs()),
    close() {
      isOpen = false
      pending?.cancel()
      pending = null
    },
  }
}
