import type { PositionRow } from '../../store/view.ts'
import { type Line, seg } from '../paint/line.ts'
import type { Scene } from '../scene.ts'
import { COLUMNS, type Column, type ColumnName, tableRow } from './position-columns.ts'

const ORDER = Object.keys(COLUMNS) as ColumnName[]

/** What a wider table has more than a narrower one, step by step; the first step that does not fit ends it. */
const STEPS: readonly { readonly add: readonly ColumnName[]; readonly drop?: readonly ColumnName[] }[] = [
  { add: ['risk', 'mode', 'side'] },
  { add: ['quantity'] },
  { add: ['entry'] },
  { add: ['pl'] },
  { add: ['returned'] },
  { add: ['liquidation'] },
  { add: ['distance'] },
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

/** The marker of the selected row takes two columns. */
const MARKER = 2

/** Header and rows of the positions that are shown, with as many columns as fit; none is ever cut. */
export function positionTable(
  scene: Scene,
  rows: readonly PositionRow[],
  selectedId: string | null,
  width: number,
): readonly Line[] {
  const names = columnsThatFit(scene, rows, width)
  const columns = names.map(name => COLUMNS[name] as Column)
  const widths = columns.map(column => widthOf(scene, column, rows))
  stretchBar(names, widths, width)
  const titles = columns.map(column => seg(column.title(scene), 'faint'))
  return [
    [seg(' '.repeat(MARKER)), ...tableRow(titles, columns, widths)],
    ...rows.map((row): Line => {
      const isSelected = row.position.id === selectedId
      const cells = columns.map((column, index) => column.cell(scene, row, widths[index] ?? 0))
      return [seg(isSelected ? '▸ ' : '  ', 'accent'), ...tableRow(cells, columns, widths)]
    }),
  ]
}

function columnsThatFit(scene: Scene, rows: readonly PositionRow[], width: number): readonly ColumnName[] {
  let names: readonly ColumnName[] = []
  for (const { add, drop = [] } of STEPS) {
    const next = ORDER.filter(name => add.includes(name) || (names.includes(name) && !drop.includes(name)))
    if (total(next.map(name => widthOf(scene, COLUMNS[name], rows))) > width) break
    names = next
  }
  return names
}

function widthOf(scene: Scene, column: Column, rows: readonly PositionRow[]): number {
  let width = Math.max(column.atLeast, column.title(scene).length)
  for (const row of rows) width = Math.max(width, column.cell(scene, row, 0).text.length)
  return width
}

function total(widths: readonly number[]): number {
  return MARKER + widths.reduce((sum, width) => sum + width, 0) + Math.max(0, widths.length - 1)
}

/** What room is left makes the bar finer. */
function stretchBar(names: readonly ColumnName[], widths: number[], width: number): void {
  const index = names.indexOf('bar')
  const bar = widths[index]
  if (bar === undefined) return
  const finest = width >= 160 ? 10 : 7
  widths[index] = Math.max(bar, Math.min(finest, bar + width - total(widths)))
}
