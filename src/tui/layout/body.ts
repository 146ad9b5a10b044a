import type { Pane } from '../input/ui-state.ts'
import type { Line } from '../paint/line.ts'
import { closedPanel } from '../panes/closed.ts'
import { diagnosticsPanel } from '../panes/connection.ts'
import { eventsPanel } from '../panes/events.ts'
import { fundingPanel } from '../panes/funding.ts'
import { ladderPanel } from '../panes/ladder.ts'
import { ordersPanel } from '../panes/orders.ts'
import { overlayPanel } from '../panes/overlays.ts'
import { filled, type Panel, ruled } from '../panes/panel.ts'
import { positionDetail } from '../panes/position-detail.ts'
import { positionsPanel } from '../panes/positions.ts'
import type { RenderContext } from '../view/render-context.ts'
import { positionList } from './list.ts'
import { overview } from './overview.ts'
import type { Shape } from './shape.ts'
import { wideOverview } from './wide.ts'

/** What lies between the top lines and the risk line: `height` lines. */
export function body(context: RenderContext, shape: Shape, height: number): readonly Line[] {
  const { ui, columns } = context
  const alone = overlayPanel(context) ?? (ui.expanded === null ? null : panelOf(context, ui.expanded, shape))
  if (alone !== null) return ruled(alone, ui.focus, columns, height)
  if (ui.view === 'overview') return overviewOf(context, shape, height)
  return filled(viewLines(context, shape, height), height)
}

function overviewOf(context: RenderContext, shape: Shape, height: number): readonly Line[] {
  if (shape === 'wide') return wideOverview(context, height)
  if (shape === 'list') return ruled(positionList(context), context.ui.focus, context.columns, height)
  return overview(context, height)
}

function viewLines(context: RenderContext, shape: Shape, height: number): readonly Line[] {
  const { ui, columns } = context
  const main = panelOf(context, ui.focus, shape)
  if (ui.view === 'positions') return positionsView(context, main, height)
  if (ui.view !== 'diagnostics') return ruled(main, ui.focus, columns, height)
  const diagnostics = diagnosticsPanel(context)
  const rows = Math.min(diagnostics.preferredHeight + 1, Math.max(3, height - 4))
  return [
    ...ruled(diagnostics, ui.focus, columns, rows),
    ...ruled(eventsPanel(context), ui.focus, columns, height - rows),
  ]
}

/** All positions, the selected one in detail, and the ladder in what room is left. */
function positionsView(context: RenderContext, positions: Panel, height: number): readonly Line[] {
  const { ui, columns } = context
  const detail = positionDetail(context, columns)
  const rows = Math.min(positions.preferredHeight + 1, Math.max(4, height - detail.length - 1))
  const left = height - rows - detail.length - 2
  return [
    ...ruled(positions, ui.focus, columns, rows),
    ...(height - rows > detail.length ? [[], ...detail] : []),
    ...(left >= 3 ? [[], ...ruled(ladderPanel(context), ui.focus, Math.min(columns, 72), left)] : []),
  ]
}

function panelOf(context: RenderContext, pane: Pane, shape: Shape): Panel {
  switch (pane) {
    case 'positions':
      return shape === 'list' ? positionList(context) : positionsPanel(context)
    case 'orders':
      return ordersPanel(context)
    case 'closed':
      return closedPanel(context)
    case 'funding':
      return fundingPanel(context)
    case 'events':
      return eventsPanel(context)
    case 'connection':
      return diagnosticsPanel(context)
  }
}
