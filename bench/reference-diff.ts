/**
 * The limit that the dashboard is measured against: a cell diff written by hand for one purpose, without React, Ink or a layout
 * engine. It gets rows of text with SGR codes, keeps the cells of the last frame, and writes each run of changed cells after one
 * absolute move, a style code at each change of style, all between two synchronized-output marks.
 */
export class ReferenceDiff {
  readonly #columns: number
  #shown: string[][] = []
  bytes = 0

  constructor(columns: number) {
    this.#columns = columns
  }

  draw(rows: readonly string[]): void {
    let out = '\x1b[?2026h'
    let style = ''
    const next = rows.map(row => this.#cells(row))
    next.forEach((cells, y) => {
      const before = this.#shown[y]
      let x = 0
      while (x < this.#columns) {
        if (before !== undefined && before[x] === cells[x]) {
          x++
          continue
        }
        out += `\x1b[${y + 1};${x + 1}H`
        for (; x < this.#columns && (before === undefined || before[x] !== cells[x]); x++) {
          const cell = cells[x] ?? ' '
          const end = cell.length - 1
          const own = cell.slice(0, end)
          if (own !== style) out += own === '' ? '\x1b[0m' : `\x1b[0;${own}m`
          style = own
          out += cell.slice(end)
        }
      }
    })
    this.#shown = next
    this.bytes += Buffer.byteLength(`${out}${style === '' ? '' : '\x1b[0m'}\x1b[?2026l`)
  }

  /** Style codes and the character of each cell, as one string. */
  #cells(row: string): string[] {
    const cells: string[] = []
    let style = ''
    for (let at = 0; at < row.length && cells.length < this.#columns; at++) {
      if (row[at] !== '\x1b') {
        cells.push((row[at] === ' ' && !style.includes('7') ? '' : style) + row[at])
        continue
      }
      const end = row.indexOf('m', at)
      const code = row.slice(at + 2, end)
      if (code === '22' || code === '27' || code === '39' || code === '0') style = ''
      else style = style === '' ? code : `${style};${code}`
      at = end
    }
    while (cells.length < this.#columns) cells.push(' ')
    return cells
  }
}
