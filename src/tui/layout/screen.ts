import { clipLine, type Line, withRole } from '../paint/line.ts'
import { footer } from '../panes/footer.ts'
import { header } from '../panes/header.ts'
import { marketLine } from '../panes/market-line.ts'
import { equityLine, profitLine } from '../panes/money-lines.ts'
import { filled } from '../panes/panel.ts'
import { riskLine } from '../panes/risk-line.ts'
import { hasSnapshot, isNotLive, type RenderContext } from '../view/render-context.ts'
import { body } from './body.ts'
import { shortMarketLine } from './list.ts'
import { type Shape, shapeOf } from './shape.ts'
import { tinyScreen } from './tiny.ts'

/** The whole screen: exactly `rows` lines, none wider than `columns`. */
export function screen(scene: RenderContext): readonly Line[] {
  const shape = shapeOf(scene.columns, scene.rows)
  const lines = shape === 'tiny' ? tinyScreen(scene) : largeScreen(scene, shape)
  return filled(lines, scene.rows).map(line => clipLine(line, scene.columns))
}

/** The state of the data comes first, the worst risk last, whatever lies between. */
function largeScreen(scene: RenderContext, shape: Shape): readonly Line[] {
  const top = topLines(scene, shape)
  const bottom = scene.rows >= 10 ? [riskLine(scene), footer(scene)] : [riskLine(scene)]
  const bodyRows = scene.rows - 1 - top.length - bottom.length
  const shown = [...top, ...body(scene, shape, bodyRows)]
  const isDimmed = isNotLive(scene) && hasSnapshot(scene.model)
  return [header(scene), ...(isDimmed ? shown.map(line => withRole(line, 'faint')) : shown), ...bottom]
}

function topLines(scene: RenderContext, shape: Shape): readonly Line[] {
  if (shape === 'list') {
    const totals = scene.rows >= 12 ? [equityLine(scene), profitLine(scene)] : [profitLine(scene)]
    return [shortMarketLine(scene), ...totals]
  }
  const boxesSayIt =
    shape === 'wide' &&
    scene.ui.view === 'overview' &&
    scene.ui.overlay === 'none' &&
    scene.ui.expanded === null
  return boxesSayIt ? [marketLine(scene)] : [marketLine(scene), equityLine(scene), profitLine(scene)]
}
