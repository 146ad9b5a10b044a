import { UNKNOWN } from '../../domain/format.ts'
import type { PositionRow } from '../../store/view.ts'
import { fitParts, part } from '../paint/fit.ts'
import { type Line, type Role, segment } from '../paint/line.ts'
import {
  distancePercent,
  gainRole,
  riskLabel,
  riskRole,
  rowMarked,
  rowMarker,
  signedAmount,
} from '../view/format.ts'
import { nameOf } from '../view/position-name.ts'
import type { RenderContext } from '../view/render-context.ts'
import { selectedIndex, visiblePositions } from '../view/visible-rows.ts'
import type { Panel } from './panel.ts'
import { chosenPl, quantityText } from './position-columns.ts'
import { moreLine, positionCount, remarksOf } from './positions.ts'

/** One line per position, worst first. The rest is counted, with the worst of it. */
export function positionListPanel(context: RenderContext): Panel {
  const { model, ui } = context
  const rows = visiblePositions(model, ui)
  const remarks = remarksOf(context, rows, context.columns)
  return {
    pane: 'positions',
    title: `${context.info.t('POSITIONS')} ${positionCount(context)}`,
    note: ui.unit,
    preferredHeight: rows.length + remarks.length + (rows.length === 0 ? 0 : 1),
    draw(width, height) {
      const all = model.positions.length
      // A position is worth more than the titles.
      const hasTitles = rows.length > 0 && rows.length + remarks.length < height
      const titles = hasTitles ? [titleLine(context, width)] : []
      const room = Math.max(1, height - remarks.length - titles.length)
      const visible =
        rows.length <= room && rows.length === all
          ? rows.length
          : Math.min(rows.length, Math.max(0, room - 1))
      const selected = selectedIndex(rows, ui)
      const first = Math.max(0, Math.min(selected - visible + 1, rows.length - visible))
      const shown = rows.slice(first, first + visible)
      context.scrollLimits.set('positions', visible)
      const lines = shown.map(row => positionLine(context, row, row === rows[selected], width))
      return [...titles, ...lines, ...(visible === all ? [] : [moreLine(context, shown)]), ...remarks].slice(
        0,
        height,
      )
    },
  }
}

function titleLine({ ui, info }: RenderContext, width: number): Line {
  const pl = ui.basis === 'gross' ? 'P&L' : 'NET P&L'
  const titles = (['RISK', 'POSITION', 'QTY $', 'DIST%', pl] as const).map(title => info.t(title))
  return [
    segment('  '),
    ...listLine(
      titles.map(title => [title, 'faint'] as const),
      width - 2,
    ),
  ]
}

/** The columns: their alignment, the least width, and a priority. */
const COLUMNS = [
  { align: 'left', width: 4, priority: 9 },
  { align: 'left', width: 11, priority: 9 },
  { align: 'right', width: 7, priority: 3 },
  { align: 'right', width: 7, priority: 8 },
  { align: 'right', width: 10, priority: 6 },
] as const

function listLine(cells: readonly (readonly [text: string, role: Role])[], width: number): Line {
  const parts = COLUMNS.flatMap((column, index) => {
    const [text, role] = cells[index] ?? ['', 'plain']
    const padded = column.align === 'left' ? text.padEnd(column.width) : text.padStart(column.width)
    return part(padded, column.priority, role)
  })
  return fitParts(parts, width, 1)
}

function positionLine(context: RenderContext, row: PositionRow, isSelected: boolean, width: number): Line {
  const pl = chosenPl(context, row)
  const { position } = row
  const distance = distancePercent(row)
  const percent = distance === 'n/a' || distance === UNKNOWN ? distance : `${distance}%`
  return [
    ...rowMarker(context, row, isSelected),
    ...listLine(
      [
        [riskLabel(context, row.risk), riskRole(row.risk)],
        [nameOf(position), 'plain'],
        [quantityText(context, position), 'plain'],
        [rowMarked(context, row, percent), riskRole(row.risk)],
        [rowMarked(context, row, signedAmount(context, pl)), gainRole(pl)],
      ],
      width - 2,
    ),
  ]
}
