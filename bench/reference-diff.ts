import type { CellRow } from '../src/tui/terminal/cell-row.ts'

/**
 * The limit for the bytes of a frame: a cell diff written by hand for one purpose. It keeps the cells of the last frame and writes
 * each run of changed cells after one absolute move, a style code at each change of style, all between two synchronized-output
 * marks.
 */
export class ReferenceDiff {
  readonly #columns: number
  #shown: readonly CellRow[] = []
  bytes = 0

  constructor(columns: number) {
    this.#columns = columns
  }

  draw(screen: readonly CellRow[]): void {
    let out = '\x1b[?2026h'
    let style = ''
    screen.forEach((row, y) => {
      const before = this.#shown[y]
      let x = 0
      while (x < this.#columns) {
        if (isSameCell(before, row, x)) {
          x++
          continue
        }
        out += `\x1b[${y + 1};${x + 1}H`
        for (; x < this.#columns && !isSameCell(before, row, x); x++) {
          const own = row.styles[x] ?? ''
          if (own !== style) out += own === '' ? '\x1b[0m' : `\x1b[0;${own}m`
          style = own
          out += row.chars[x] ?? ' '
        }
      }
    })
    this.#shown = screen
    this.bytes += Buffer.byteLength(`${out}${style === '' ? '' : '\x1b[0m'}\x1b[?2026l`)
  }
}

function isSameCell(before: CellRow | undefined, after: CellRow, x: number): boolean {
  return before !== undefined && before.chars[x] === after.chars[x] && before.styles[x] === after.styles[x]
}
