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
export function screen(context: RenderContext): readonly Line[] {
  const shape = shapeOf(context.columns, context.rows)
  const lines = shape === 'tiny' ? tinyScreen(context) : largeScreen(context, shape)
  return filled(lines, context.rows).map(line => clipLine(line, context.columns))
}

/** The state of the data comes first, the worst risk last, whatever lies between. */
function largeScreen(context: RenderContext, shape: Shape): readonly Line[] {
  const top = topLines(context, shape)
  const bottom = context.rows >= 10 ? [riskLine(context), footer(context)] : [riskLine(context)]
  const bodyRows = context.rows - 1 - top.length - bottom.length
  const shown = [...top, ...body(context, shape, bodyRows)]
  const isDimmed = isNotLive(context) && hasSnapshot(context.model)
  return [header(context), ...(isDimmed ? shown.map(line => withRole(line, 'faint')) : shown), ...bottom]
}

function topLines(context: RenderContext, shape: Shape): readonly Line[] {
  if (shape === 'list') {
    const totals = context.rows >= 12 ? [equityLine(context), profitLine(context)] : [profitLine(context)]
    return [shortMarketLine(context), ...totals]
  }
  const boxesSayIt =
    shape === 'wide' &&
    context.ui.view === 'overview' &&
    context.ui.overlay === 'none' &&
    context.ui.expanded === null
  return boxesSayIt ? [marketLine(context)] : [marketLine(context), equityLine(context), profitLine(context)]
}
