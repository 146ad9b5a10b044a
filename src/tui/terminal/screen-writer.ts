import { diffScreens } from './cell-diff.ts'
import { blankRow, type CellRow, parseRow } from './cell-row.ts'

/** What the writer needs of a terminal's output. */
export interface ScreenOutput {
  write(text: string): unknown
  /** True while earlier output waits to be taken. */
  readonly writableNeedDrain?: boolean
}

/** Alternate screen, cursor hidden, no wrapping at the right edge: a sign that is wider than thought can't scroll the screen. */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[m\x1b[2J'
/** Undoes all of it, also when a frame was cut off in the middle. */
const LEAVE = '\x1b[?2026l\x1b[m\x1b[?7h\x1b[?25h\x1b[?1049l'
/** DEC mode 2026: the terminal shows all changes between the two at once. */
const BEGIN = '\x1b[?2026h'
const END = '\x1b[?2026l'

/** The terminal's screen as cells: writes only what changed. */
export interface ScreenWriter {
  /** Takes over the terminal; what was there comes back on `leave`. */
  enter(): void
  /** Gives the terminal back as it was; does nothing when it was not taken. Safe at any moment, synchronous. */
  leave(): void
  /** The frame to be seen, one text with SGR codes per row; missing rows are blank. */
  show(rows: readonly string[]): void
  /** From now on the screen has this size; nothing is known of what it shows. */
  resize(columns: number, rows: number): void
  /** Writes the whole last frame again, as after somebody else has written to the terminal. */
  repaint(): void
  /** Writes what was held back while the terminal did not take output. */
  drained(): void
}

/** A writer for a terminal of this size. Nothing is written before `enter`. */
export function openScreenWriter(output: ScreenOutput, columns: number, rows: number): ScreenWriter {
  let size = { columns, rows }
  let isTaken = false
  let wanted: readonly string[] = []
  /** Texts that `shown` was read from: an equal text needs no reading. */
  let texts: readonly string[] = []
  let shown: readonly CellRow[] | null = null

  function parsed(): readonly CellRow[] {
    return Array.from({ length: size.rows }, (_, row) => {
      const text = wanted[row] ?? ''
      const known = texts[row] === text ? shown?.[row] : undefined
      return known ?? (text === '' ? blankRow(size.columns) : parseRow(text, size.columns))
    })
  }

  function flush(): void {
    if (!isTaken || output.writableNeedDrain === true) return
    const next = parsed()
    const codes = diffScreens(shown, next)
    shown = next
    texts = wanted
    if (codes !== '') output.write(BEGIN + codes + END)
  }

  return {
    enter() {
      if (isTaken) return
      isTaken = true
      shown = null
      output.write(ENTER)
    },
    leave() {
      if (!isTaken) return
      isTaken = false
      output.write(LEAVE)
    },
    show(next) {
      wanted = next
      flush()
    },
    resize(newColumns, newRows) {
      size = { columns: newColumns, rows: newRows }
      shown = null
    },
    repaint() {
      shown = null
      flush()
    },
    drained: flush,
  }
}
