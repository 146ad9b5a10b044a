import type { Line } from '../paint/line.ts'
import { chartPanel } from '../panes/chart.ts'
import { eventsPanel } from '../panes/events.ts'
import { ladderPanel } from '../panes/ladder.ts'
import { ordersPanel } from '../panes/orders.ts'
import { beside, filled, type Panel, ruled } from '../panes/panel.ts'
import { positionDetail } from '../panes/position-detail.ts'
import { positionsPanel } from '../panes/positions.ts'
import type { RenderContext } from '../view/render-context.ts'

/**
 * Positions with the selected one in detail, the chart and the ladder where there is room, orders, events: `height` lines. On
 * shrink the chart goes first, then the ladder, the events, the orders.
 */
export function overview(context: RenderContext, height: number): readonly Line[] {
  const { columns, ui } = context
  const positions = positionsPanel(context)
  const orders = ordersPanel(context)
  const detail = positionDetail(context, columns)
  const share = shares(height, positions, detail.length, orders)
  const blank = share.detail > detail.length ? [[]] : []
  const bandRows = columns >= 120 && share.events >= BAND_ROWS + 4 ? share.events - EVENT_ROWS : 0
  return filled(
    [
      ...ruled(positions, ui.focus, columns, share.positions),
      ...(share.detail > 0 ? [...blank, ...detail] : []),
      ...band(context, bandRows),
      ...ruled(orders, ui.focus, columns, share.orders),
      ...ruled(eventsPanel(context), ui.focus, columns, share.events - bandRows),
    ],
    height,
  )
}

/** Fewer rows than this show nothing worth its room. */
const BAND_ROWS = 8
/** What the events keep when chart and ladder take room from them. */
const EVENT_ROWS = 7
const LADDER = 56

function band(context: RenderContext, rows: number): readonly Line[] {
  if (rows < BAND_ROWS) return []
  const { columns, ui } = context
  const widths = [columns - LADDER - 1, 1, LADDER]
  const blocks = [
    ruled(chartPanel(context), ui.focus, columns - LADDER - 1, rows),
    [],
    ruled(ladderPanel(context), ui.focus, LADDER, rows),
  ]
  return beside(blocks, widths)
}

/** So many lines of positions come before anything else gets one; of more, the rest is counted. */
const MAX_BEFORE_OTHERS = 10

interface Shares {
  readonly positions: number
  readonly detail: number
  readonly orders: number
  readonly events: number
}

/** Events give way first, then orders, then the detail; positions always have their rule, their header and a row. */
function shares(height: number, positions: Panel, detailRows: number, orders: Panel): Shares {
  const wanted = 1 + positions.preferredHeight
  const least = Math.min(wanted, MAX_BEFORE_OTHERS)
  const detail = detailRows > 0 && height >= least + detailRows ? detailRows : 0
  const ordersLeast = height >= least + detail + 2 ? 2 : 0
  const eventsLeast = height >= least + detail + ordersLeast + 3 ? 3 : 0
  const forPositions = Math.min(wanted, height - detail - ordersLeast - eventsLeast)
  let left = height - forPositions - detail - ordersLeast - eventsLeast
  const blank = detail > 0 && left > 0 ? 1 : 0
  left -= blank
  const moreOrders =
    ordersLeast === 0 ? 0 : Math.min(Math.max(0, orders.preferredHeight - 1), Math.floor(left / 2))
  return {
    positions: forPositions,
    detail: detail + blank,
    orders: ordersLeast + moreOrders,
    events: eventsLeast === 0 ? 0 : eventsLeast + left - moreOrders,
  }
}
