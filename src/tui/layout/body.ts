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
export function body(scene: RenderContext, shape: Shape, height: number): readonly Line[] {
  const { ui, columns } = scene
  const alone = overlayPanel(scene) ?? (ui.expanded === null ? null : panelOf(scene, ui.expanded, shape))
  if (alone !== null) return ruled(alone, ui.focus, columns, height)
  if (ui.view === 'overview') return overviewOf(scene, shape, height)
  return filled(viewLines(scene, shape, height), height)
}

function overviewOf(scene: RenderContext, shape: Shape, height: number): readonly Line[] {
  if (shape === 'wide') return wideOverview(scene, height)
  if (shape === 'list') return ruled(positionList(scene), scene.ui.focus, scene.columns, height)
  return overview(scene, height)
}

function viewLines(scene: RenderContext, shape: Shape, height: number): readonly Line[] {
  const { ui, columns } = scene
  const main = panelOf(scene, ui.focus, shape)
  if (ui.view === 'positions') return positionsView(scene, main, height)
  if (ui.view !== 'diagnostics') return ruled(main, ui.focus, columns, height)
  const diagnostics = diagnosticsPanel(scene)
  const rows = Math.min(diagnostics.preferredHeight + 1, Math.max(3, height - 4))
  return [
    ...ruled(diagnostics, ui.focus, columns, rows),
    ...ruled(eventsPanel(scene), ui.focus, columns, height - rows),
  ]
}

/** All positions, the selected one in detail, and the ladder in what room is left. */
function positionsView(scene: RenderContext, positions: Panel, height: number): readonly Line[] {
  const { ui, columns } = scene
  const detail = positionDetail(scene, columns)
  const rows = Math.min(positions.preferredHeight + 1, Math.max(4, height - detail.length - 1))
  const left = height - rows - detail.length - 2
  return [
    ...ruled(positions, ui.focus, columns, rows),
    ...(height - rows > detail.length ? [[], ...detail] : []),
    ...(left >= 3 ? [[], ...ruled(ladderPanel(scene), ui.focus, Math.min(columns, 72), left)] : []),
  ]
}

function panelOf(scene: RenderContext, pane: Pane, shape: Shape): Panel {
  switch (pane) {
    case 'positions':
      return shape === 'list' ? positionList(scene) : positionsPanel(scene)
    case 'orders':
      return ordersPanel(scene)
    case 'closed':
      return closedPanel(scene)
    case 'funding':
      return fundingPanel(scene)
    case 'events':
      return eventsPanel(scene)
    case 'connection':
      return diagnosticsPanel(scene)
  }
}
