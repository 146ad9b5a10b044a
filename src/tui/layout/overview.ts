import { eventsPanel } from '../panes/events.ts'
import { ordersPanel } from '../panes/orders.ts'
import { detailHeight } from '../panes/position-detail.ts'
import { positionListPanel } from '../panes/position-list.ts'
import { positionsPanel } from '../panes/positions.ts'
import type { RenderContext } from '../view/render-context.ts'
import type { LargeShape } from './shape.ts'

/**
 * Heights of the overview; 0 if the pane is left out. When rows get scarce the chart and the ladder are left out first, then the
 * events, the orders and the detail. The positions always have their rule, their header and a row.
 */
export interface OverviewPlan {
  readonly kind: 'overview'
  readonly positions: number
  /** Blank rows above the detail. */
  readonly gap: number
  readonly detail: number
  /** Chart and ladder, side by side. */
  readonly band: number
  readonly orders: number
  readonly events: number
}

/** Positions take up to this many rows before another pane gets one; the rest is counted. */
const MAX_BEFORE_OTHERS = 10
const BAND_COLUMNS = 120
/** A chart or ladder with fewer rows is not readable. */
const BAND_ROWS = 8
/** Rows that the events keep next to the band. */
const EVENT_ROWS = 7

/** Below this many columns an event often takes two rows. */
const WRAPPING_COLUMNS = 80

/** Distributes `height` rows. A list has no detail: its line of the position is the summary. */
export function overviewPlan(context: RenderContext, shape: LargeShape, height: number): OverviewPlan {
  const isList = shape === 'list'
  const orders = ordersPanel(context).preferredHeight
  const preferred = 1 + (isList ? positionListPanel : positionsPanel)(context).preferredHeight
  const least = Math.min(preferred, MAX_BEFORE_OTHERS)
  const detailRows = isList ? 0 : detailHeight(context)
  const detail = height >= least + detailRows ? detailRows : 0
  const ordersLeast = height >= least + detail + 2 ? 2 : 0
  // Rows that events do not fill are of more use to orders.
  const count = eventsPanel(context).preferredHeight
  const events = 1 + count * (context.columns < WRAPPING_COLUMNS ? 2 : 1)
  const eventRows = Math.min(3, 1 + count)
  const eventsLeast = height >= least + detail + ordersLeast + eventRows ? eventRows : 0
  const positions = Math.min(preferred, height - detail - ordersLeast - eventsLeast)
  const afterPositions = height - positions - detail - ordersLeast - eventsLeast
  const gap = detail > 0 && afterPositions > 0 ? 1 : 0
  const left = afterPositions - gap
  const forOrders = Math.max(Math.floor(left / 2), left - Math.max(0, events - eventsLeast))
  const moreOrders = ordersLeast === 0 ? 0 : Math.min(Math.max(0, orders - 1), forOrders)
  const rest = eventsLeast === 0 ? 0 : eventsLeast + left - moreOrders
  const band = context.columns >= BAND_COLUMNS && rest - EVENT_ROWS >= BAND_ROWS ? rest - EVENT_ROWS : 0
  return {
    kind: 'overview',
    positions,
    gap,
    detail,
    band,
    orders: ordersLeast + moreOrders,
    events: rest - band,
  }
}
