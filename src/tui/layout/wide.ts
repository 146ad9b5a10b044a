import { accountPanel } from '../panes/account.ts'
import { closedPanel } from '../panes/closed.ts'
import { connectionPanel } from '../panes/connection.ts'
import { eventsPanel } from '../panes/events.ts'
import { ordersPanel } from '../panes/orders.ts'
import { totaledPositionsPanel } from '../panes/total-line.ts'
import { knownCurve } from '../view/known-curve.ts'
import type { RenderContext } from '../view/render-context.ts'

/** Heights of the wide overview, frames included, and which panes there is room for. */
export interface WidePlan {
  readonly kind: 'wide'
  readonly positions: number
  /** Chart on the left; account, ladder and connection on the right. */
  readonly middle: number
  readonly account: number
  readonly connection: number
  /** Columns of the equity curve beside the chart; 0 without room or without a curve. */
  readonly curve: number
  /** Orders, closed trades, events. */
  readonly bottom: number
  readonly hasClosed: boolean
}

/** What chart and ladder need at least. */
const MIDDLE_ROWS = 20
const LADDER_ROWS = 3
const CLOSED_COLUMNS = 190
const BOTTOM_ROWS = 8
/** The account, the ladder and the connection, beside the charts. */
export const RIGHT_COLUMNS = 72
/** What the candles need beside a curve, and the part of the room that the curve takes. */
const CHART_COLUMNS = 76
const CURVE_PART = 0.4
/** Frame, titles, two positions, the count of the others, a blank row and the sums. */
const LEAST_POSITION_ROWS = 8

/** Distributes `height` rows. */
export function widePlan(context: RenderContext, height: number): WidePlan {
  const hasClosed = context.columns >= CLOSED_COLUMNS
  const bottom = Math.min(Math.max(BOTTOM_ROWS, Math.floor(height * 0.28)), bottomRows(context, hasClosed))
  const preferred = totaledPositionsPanel(context).preferredHeight + 2
  const positions = Math.min(preferred, Math.max(LEAST_POSITION_ROWS, height - bottom - MIDDLE_ROWS))
  const middle = height - bottom - positions
  const account = accountPanel(context).preferredHeight + 2
  // With many relays in between the list of links is long.
  const connection = Math.max(
    0,
    Math.min(connectionPanel(context).preferredHeight + 2, middle - account - LADDER_ROWS),
  )
  return {
    kind: 'wide',
    positions,
    middle,
    account,
    connection,
    curve: curveColumns(context),
    bottom,
    hasClosed,
  }
}

/** Before there are enough samples the candles have its place. */
function curveColumns(context: RenderContext): number {
  const room = context.columns - RIGHT_COLUMNS
  const curve = Math.floor(room * CURVE_PART)
  return knownCurve(context)?.isDrawn === true && room - curve >= CHART_COLUMNS ? curve : 0
}

/** The rows that orders, closed trades and events fill; the chart has the others. */
function bottomRows(context: RenderContext, hasClosed: boolean): number {
  // An event often takes two rows.
  const events = 2 * eventsPanel(context).preferredHeight
  const closed = hasClosed ? closedPanel(context).preferredHeight : 0
  return Math.max(BOTTOM_ROWS, 2 + Math.max(ordersPanel(context).preferredHeight, events, closed))
}
