import type { Line } from '../paint/line.ts'
import { accountPanel } from '../panes/account.ts'
import { chartPanel } from '../panes/chart.ts'
import { closedPanel } from '../panes/closed.ts'
import { connectionPanel } from '../panes/connection.ts'
import { eventsPanel } from '../panes/events.ts'
import { ladderPanel } from '../panes/ladder.ts'
import { ordersPanel } from '../panes/orders.ts'
import { beside, boxed, type Panel } from '../panes/panel.ts'
import { positionsPanel } from '../panes/positions.ts'
import { withTotal } from '../panes/total-line.ts'
import type { RenderContext } from '../view/render-context.ts'

const RIGHT = 72
const ORDERS = 66
const CLOSED = 72

/** From 160 columns and 44 rows on: everything at once, in boxes. */
export function wideOverview(context: RenderContext, height: number): readonly Line[] {
  const { columns, ui } = context
  const positions = withTotal(context, positionsPanel(context))
  const bottomRows = Math.max(8, Math.floor(height * 0.28))
  const positionRows = Math.min(positions.preferredHeight + 2, height - bottomRows - 20)
  const middleRows = height - bottomRows - positionRows
  const box = (panel: Panel, width: number, rows: number): readonly Line[] =>
    boxed(panel, ui.focus, width, rows)
  const account = accountPanel(context)
  const connection = connectionPanel(context)
  const accountRows = account.preferredHeight + 2
  const connectionRows = connection.preferredHeight + 2
  const right = [
    ...box(account, RIGHT, accountRows),
    ...box(ladderPanel(context), RIGHT, Math.max(3, middleRows - accountRows - connectionRows)),
    ...box(connection, RIGHT, connectionRows),
  ]
  const [orders, closed] = columns >= 190 ? [ORDERS, CLOSED] : [ORDERS - 10, 0]
  const bottom = [
    box(ordersPanel(context), orders, bottomRows),
    ...(closed === 0 ? [] : [box(closedPanel(context), closed, bottomRows)]),
    box(eventsPanel(context), columns - orders - closed, bottomRows),
  ]
  return [
    ...box(positions, columns, positionRows),
    ...beside([box(chartPanel(context), columns - RIGHT, middleRows), right], [columns - RIGHT, RIGHT]),
    ...beside(
      bottom,
      closed === 0 ? [orders, columns - orders] : [orders, closed, columns - orders - closed],
    ),
  ]
}
