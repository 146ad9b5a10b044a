import { formatSignedPercent, UNKNOWN } from '../../domain/format.ts'
import type { PositionRow } from '../../store/view.ts'
import { fitParts, part } from '../paint/fit.ts'
import { type Line, segment } from '../paint/line.ts'
import type { Panel } from '../panes/panel.ts'
import { chosenPl } from '../panes/position-columns.ts'
import { moreLine, remarksOf } from '../panes/positions.ts'
import {
  distancePercent,
  dollars,
  gainRole,
  mark,
  price,
  riskRole,
  riskWord,
  signedAmount,
} from '../view/format.ts'
import { nameOf } from '../view/position-name.ts'
import type { RenderContext } from '../view/render-context.ts'
import { selectedIndex, visiblePositions } from '../view/visible-rows.ts'

/** The price and where it went, for a screen of 40 columns. */
export function shortMarketLine(scene: RenderContext): Line {
  const { market } = scene.model
  const change = market.change1h
  const words = change === null ? UNKNOWN : `${change >= 0 ? '▲' : '▼'} ${formatSignedPercent(change)}%`
  const gap = mark(scene, ' ')
  const parts = [
    part(`BTC${gap}${price(market.indexUsd)}`, 9, 'strong'),
    part(`bid${gap}${price(market.bidUsd)}`, 3),
    part(`1h ${words}`, 5, gainRole(change)),
  ]
  return [segment(' '), ...fitParts(parts, scene.columns - 1, 2)]
}

/** One line for each position, the most important first; what does not fit is counted, with the worst of it. */
export function positionList(scene: RenderContext): Panel {
  const { model: frame, ui } = scene
  const rows = visiblePositions(frame, ui)
  const remarks = remarksOf(scene, rows)
  return {
    pane: 'positions',
    title: `POSITIONS ${frame.totals.positionCount ?? UNKNOWN}`,
    note: ui.unit,
    preferredHeight: rows.length + remarks.length,
    draw(width, height) {
      const all = frame.positions.length
      const room = Math.max(1, height - remarks.length)
      const visible =
        rows.length <= room && rows.length === all
          ? rows.length
          : Math.min(rows.length, Math.max(0, room - 1))
      const selected = selectedIndex(rows, ui)
      const first = Math.max(0, Math.min(selected - visible + 1, rows.length - visible))
      const shown = rows.slice(first, first + visible)
      scene.scrollLimits.set('positions', visible)
      const lines = shown.map(row => positionLine(scene, row, row === rows[selected], width))
      return [...lines, ...(visible === all ? [] : [moreLine(scene, shown)]), ...remarks].slice(0, height)
    },
  }
}

function positionLine(scene: RenderContext, row: PositionRow, isSelected: boolean, width: number): Line {
  const pl = chosenPl(scene, row)
  const { position } = row
  const distance = distancePercent(row)
  return [
    segment(isSelected ? '▸ ' : '  ', 'accent'),
    ...fitParts(
      [
        part(riskWord(row.risk).padEnd(4), 9, riskRole(row.risk)),
        part(nameOf(position).padEnd(11), 9),
        part(dollars(scene, position.quantityUsd).padStart(7), 3),
        part(`${distance}${distance === 'n/a' ? '' : '%'}`.padStart(7), 8, riskRole(row.risk)),
        part(`${mark(scene)}${signedAmount(scene, pl)}`.padStart(10), 6, gainRole(pl)),
      ],
      width - 2,
      1,
    ),
  ]
}
