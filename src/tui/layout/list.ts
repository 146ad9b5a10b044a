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
  nameOf,
  price,
  riskRole,
  riskWord,
  signedAmount,
} from '../view/format.ts'
import type { RenderContext } from '../view/render-context.ts'
import { selectedIndex, visiblePositions } from '../view/visible-rows.ts'

/** The price and where it went, for a screen of 40 columns. */
export function shortMarketLine(context: RenderContext): Line {
  const { market } = context.model
  const change = market.change1h
  const words = change === null ? UNKNOWN : `${change >= 0 ? '▲' : '▼'} ${formatSignedPercent(change)}%`
  const gap = mark(context, ' ')
  const parts = [
    part(`BTC${gap}${price(market.indexUsd)}`, 9, 'strong'),
    part(`bid${gap}${price(market.bidUsd)}`, 3),
    part(`1h ${words}`, 5, gainRole(change)),
  ]
  return [segment(' '), ...fitParts(parts, context.columns - 1, 2)]
}

/** One line for each position, the most important first; what does not fit is counted, with the worst of it. */
export function positionList(context: RenderContext): Panel {
  const { model, ui } = context
  const rows = visiblePositions(model, ui)
  const remarks = remarksOf(context, rows)
  return {
    pane: 'positions',
    title: `POSITIONS ${model.totals.positionCount ?? UNKNOWN}`,
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
  return [
    segment(isSelected ? '▸ ' : '  ', 'accent'),
    ...fitParts(
      [
        part(riskWord(row.risk).padEnd(4), 9, riskRole(row.risk)),
        part(nameOf(position).padEnd(11), 9),
        part(dollars(context, position.quantityUsd).padStart(7), 3),
        part(`${distance}${distance === 'n/a' ? '' : '%'}`.padStart(7), 8, riskRole(row.risk)),
        part(`${mark(context)}${signedAmount(context, pl)}`.padStart(10), 6, gainRole(pl)),
      ],
      width - 2,
      1,
    ),
  ]
}
