import { diffScreens } from './cell-diff.ts'
import type { CellRow } from './cell-row.ts'

/** The part of a terminal's output that the writer uses. */
export interface ScreenOutput {
  write(text: string): unknown
  /** True while earlier output is still buffered. */
  readonly writableNeedDrain?: boolean
}

/** Alternate screen, cursor hidden, no wrapping at the right edge: a sign wider than measured cannot scroll the screen. */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[m\x1b[2J'
/** Undoes all of it, also when a frame was cut off in the middle. */
const LEAVE = '\x1b[?2026l\x1b[m\x1b[?7h\x1b[?25h\x1b[?1049l'
/** Presses and the wheel are reported, in the form of SGR; motion is not, so that nothing is sent while the mouse moves. */
const MOUSE_ON = '\x1b[?1000h\x1b[?1006h'
const MOUSE_OFF = '\x1b[?1006l\x1b[?1000l'
/** DEC mode 2026: the terminal shows all changes between the two at once. */
const BEGIN = '\x1b[?2026h'
const END = '\x1b[?2026l'

/** Keeps the cells that the terminal shows and writes only those that changed. */
export interface ScreenWriter {
  /** Takes over the terminal. What it showed comes back on `leave`. */
  enter(): void
  /** Restores the terminal; does nothing if it was not taken. Synchronous and safe at any moment. */
  leave(): void
  /** Writes a frame. While the output is blocked, only the newest frame is kept. */
  show(screen: readonly CellRow[]): void
  /** Drops the last frame: the window has changed, and what the terminal shows is unknown. The next frame is written whole. */
  invalidate(): void
  /** Writes the whole last frame again, as after another program has written to the terminal. */
  repaint(): void
  /** The output has drained: writes the frame that was kept. */
  drained(): void
}

/** A writer for a terminal. Nothing is written before `enter`. `mouse`: the terminal reports the mouse meanwhile. */
export function openScreenWriter(output: ScreenOutput, mouse = false): ScreenWriter {
  const [mouseOn, mouseOff] = mouse ? [MOUSE_ON, MOUSE_OFF] : ['', '']
  let isTaken = false
  /** The last frame, written or not; null if there is none for this window. */
  let latest: readonly CellRow[] | null = null
  /** What the terminal shows; null if unknown. */
  let shown: readonly CellRow[] | null = null

  /** Set again with the next frame. */
  let unsureModes = ''

  function flush(): void {
    if (!isTaken || latest === null || output.writableNeedDrain === true) return
    const codes = unsureModes + diffScreens(shown, latest)
    unsureModes = ''
    shown = latest
    if (codes !== '') output.write(BEGIN + codes + END)
  }

  return {
    enter() {
      if (isTaken) return
      isTaken = true
      shown = null
      output.write(ENTER + mouseOn)
    },
    leave() {
      if (!isTaken) return
      isTaken = false
      output.write(mouseOff + LEAVE)
    },
    show(screen) {
      latest = screen
      flush()
    },
    invalidate() {
      latest = null
      shown = null
    },
    repaint() {
      // A shell may have reset it while this process was stopped.
      unsureModes = mouseOn
      shown = null
      flush()
    },
    drained: flush,
  }
}
