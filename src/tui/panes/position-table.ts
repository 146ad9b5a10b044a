import type { PositionRow } from '../../store/view.ts'
import { type Line, type Segment, segment } from '../paint/line.ts'
import { rowMarker } from '../view/format.ts'
import type { RenderContext } from '../view/render-context.ts'
import { COLUMNS, type Column, type ColumnName, tableRow } from './position-columns.ts'

const ORDER = Object.keys(COLUMNS) as ColumnName[]

/** Columns that are added as the table gets wider. The first step that does not fit ends it. */
const STEPS: readonly { readonly add: readonly ColumnName[]; readonly drop?: readonly ColumnName[] }[] = [
  { add: ['risk', 'mode', 'side'] },
  { add: ['quantity'] },
  { add: ['liquidation'] },
  { add: ['distance'] },
  { add: ['pl'] },
  { add: ['entry'] },
  { add: ['returned'] },
  { add: ['bar'] },
  { add: ['leverage'] },
  { add: ['close'] },
  { add: ['margin'] },
  { add: ['stops'] },
  { add: ['stopLoss', 'takeProfit'], drop: ['stops'] },
  { add: ['id'] },
  { add: ['distanceUsd'] },
  { add: ['age'] },
  { add: ['breakEven'] },
  { add: ['plUsd'] },
  { add: ['funding'] },
  { add: ['note'] },
]

/** Columns of the marker of the selected row. */
const MARKER = 2

/** Header and rows of the visible positions, with as many columns as fit. No column is cut. */
export function positionTable(
  context: RenderContext,
  rows: readonly PositionRow[],
  selectedId: string | null,
  width: number,
): readonly Line[] {
  const measured = measuredColumns(context, rows)
  const shown = columnsThatFit(measured, width).map(measured)
  stretchBar(shown, context, rows, width)
  const columns = shown.map(({ column }) => column)
  const widths = shown.map(column => column.width)
  const titles = shown.map(({ title }) => segment(title, 'faint'))
  return [
    [segment(' '.repeat(MARKER)), ...tableRow(titles, columns, widths)],
    ...rows.map((row, index): Line => {
      const isSelected = row.position.id === selectedId
      const cells = shown.flatMap(column => column.cells[index] ?? [])
      return [...rowMarker(context, row, isSelected), ...tableRow(cells, columns, widths)]
    }),
  ]
}

/** A column with the cells of all rows, as wide as the widest of them. */
interface Measured {
  readonly name: ColumnName
  readonly column: Column
  readonly title: string
  cells: readonly Segment[]
  width: number
}

/** Measures each column once, on first use. */
function measuredColumns(
  context: RenderContext,
  rows: readonly PositionRow[],
): (name: ColumnName) => Measured {
  const known = new Map<ColumnName, Measured>()
  return name => {
    const before = known.get(name)
    if (before !== undefined) return before
    const column: Column = COLUMNS[name]
    const title = column.title(context)
    const cells = rows.map(row => column.cell(context, row, 0))
    const width = cells.reduce(
      (most, { text }) => Math.max(most, text.length),
      Math.max(column.minWidth, title.length),
    )
    const measured = { name, column, title, cells, width }
    known.set(name, measured)
    return measured
  }
}

function columnsThatFit(measured: (name: ColumnName) => Measured, width: number): readonly ColumnName[] {
  let names: readonly ColumnName[] = []
  for (const { add, drop = [] } of STEPS) {
    const next = ORDER.filter(name => add.includes(name) || (names.includes(name) && !drop.includes(name)))
    if (total(next.map(measured)) > width) break
    names = next
  }
  return names
}

function total(columns: readonly Measured[]): number {
  const widths = columns.reduce((sum, { width }) => sum + width, 0)
  return MARKER + widths + Math.max(0, columns.length - 1)
}

/** Widens the bar into the remaining columns. */
function stretchBar(
  shown: readonly Measured[],
  context: RenderContext,
  rows: readonly PositionRow[],
  width: number,
): void {
  const bar = shown.find(({ name }) => name === 'bar')
  if (bar === undefined) return
  const finest = width >= 160 ? 10 : 7
  bar.width = Math.max(bar.width, Math.min(finest, bar.width + width - total(shown)))
  bar.cells = rows.map(row => bar.column.cell(context, row, bar.width))
}
