import { UNKNOWN } from '../../domain/format.ts'
import type { PositionRow } from '../../store/view.ts'
import { fitParts, part } from '../paint/fit.ts'
import type { Line } from '../paint/line.ts'
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
    title: `POSITIONS ${positionCount(context)}`,
    note: ui.unit,
    preferredHeight: rows.length + remarks.length,
    draw(width, height) {
      const all = model.positions.length
      const room = Math.max(1, height - remarks.length)
      const visible =
        rows.length <= room && rows.length === all
          ? rows.length
          : Math.min(rows.length, Math.max(0, room - 1))
      const selected = selectedIndex(rows, ui)
      const first = Math.max(0, Math.min(selected - visible + 1, rows.length - visible))
      const shown = rows.slice(first, first + visible)
      context.scrollLimits.set('positions', visible)
      const lines = shown.map(row => positionLine(context, row, row === rows[selected], width))
      return [...lines, ...(visible === all ? [] : [moreLine(context, shown)]), ...remarks].slice(0, height)
    },
  }
}

function positionLine(context: RenderContext, row: PositionRow, isSelected: boolean, width: number): Line {
  const pl = chosenPl(context, row)
  const { position } = row
  const distance = distancePercent(row)
  const percent = distance === 'n/a' || distance === UNKNOWN ? distance : `${distance}%`
  return [
    ...rowMarker(context, row, isSelected),
    ...fitParts(
      [
        part(riskLabel(row.risk).padEnd(4), 9, riskRole(row.risk)),
        part(nameOf(position).padEnd(11), 9),
        part(quantityText(context, position).padStart(7), 3),
        part(rowMarked(context, row, percent).padStart(7), 8, riskRole(row.risk)),
        part(rowMarked(context, row, signedAmount(context, pl)).padStart(10), 6, gainRole(pl)),
      ],
      width - 2,
      1,
    ),
  ]
}
