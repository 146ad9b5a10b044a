/** One column: what stands above it and to which side its cells lean. */
export interface Column<Row> {
  readonly title: string
  readonly align: 'left' | 'right'
  cell(row: Row): string
}

const GAP = '  '

/**
 * Rows under their titles, as wide as needed. What does not fit into `width` is dropped column by column from the right, never
 * cut inside a number; the first column stays.
 */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
): readonly string[] {
  const set = columns.map(column => {
    const cells = [column.title, ...rows.map(row => column.cell(row))]
    const wide = Math.max(...cells.map(cell => [...cell].length))
    return { wide, cells: cells.map(cell => padded(cell, wide, column.align)) }
  })
  let shown = set.length
  while (shown > 1 && totalWidth(set.slice(0, shown)) > width) shown -= 1
  return ['', ...rows].map((_row, line) =>
    set
      .slice(0, shown)
      .map(({ cells }) => cells[line] ?? '')
      .join(GAP)
      .trimEnd(),
  )
}

function padded(cell: string, wide: number, align: 'left' | 'right'): string {
  const fill = ' '.repeat(wide - [...cell].length)
  return align === 'left' ? cell + fill : fill + cell
}

function totalWidth(set: readonly { readonly wide: number }[]): number {
  return set.reduce((sum, { wide }) => sum + wide + GAP.length, -GAP.length)
}
