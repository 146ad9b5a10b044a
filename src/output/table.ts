/** A column: its title, the alignment and the text of its cells. */
export interface TableColumn<Row> {
  readonly title: string
  readonly align: 'left' | 'right'
  cell(row: Row): string
}

const GAP = '  '

/**
 * Returns title and rows with columns as wide as needed. Drops whole columns from the right to fit `width`, so that no number is
 * truncated. Always keeps the first column.
 */
export function tableLines<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  width: number,
): readonly string[] {
  const rendered = columns.map(column => {
    const cells = [column.title, ...rows.map(row => column.cell(row))]
    const columnWidth = Math.max(...cells.map(cell => [...cell].length))
    return { columnWidth, cells: cells.map(cell => pad(cell, columnWidth, column.align)) }
  })
  let shown = rendered.length
  while (shown > 1 && totalWidth(rendered.slice(0, shown)) > width) shown -= 1
  return ['', ...rows].map((_row, line) =>
    rendered
      .slice(0, shown)
      .map(({ cells }) => cells[line] ?? '')
      .join(GAP)
      .trimEnd(),
  )
}

function pad(cell: string, width: number, align: 'left' | 'right'): string {
  const fill = ' '.repeat(width - [...cell].length)
  return align === 'left' ? cell + fill : fill + cell
}

function totalWidth(rendered: readonly { readonly columnWidth: number }[]): number {
  return rendered.reduce((sum, { columnWidth }) => sum + columnWidth + GAP.length, -GAP.length)
}
