import { sanitize } from '../../domain/sanitize.ts'
import { isAllOld } from '../../store/part-text.ts'
import { lineWithDecimalComma } from '../paint/decimal-comma.ts'
import { type Line, lineOfText, padLine, withRole } from '../paint/line.ts'
import type { Paint } from '../panes/panel.ts'
import { hasSnapshot, isHeld, isOld, type RenderContext } from '../view/render-context.ts'
import type { CellPainter } from './cell-painter.ts'
import { blankRow, type CellRow } from './cell-row.ts'

/**
 * When a pane is faint: never, since it names the state; while no part is current; or while the prices are not. A single old part
 * is marked where it is shown.
 */
export type Fading = 'never' | 'without-data' | 'without-prices'

/** A pane with its rectangle on the screen, in cells. */
export interface PlacedPane {
  readonly paint: Paint
  readonly fades: Fading
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A pane with its lines, as they are on the screen. */
export interface DrawnPane extends PlacedPane {
  readonly lines: readonly Line[]
}

/** The lines of all panes that have a place. */
export function drawPanes(panes: readonly PlacedPane[], context: RenderContext): readonly DrawnPane[] {
  return panes
    .filter(({ width, height }) => width > 0 && height > 0)
    .map(pane => ({ ...pane, lines: linesOf(pane, context).slice(0, pane.height) }))
}

/** A whole screen of cells: each pane in its rectangle, blanks elsewhere. */
export function paintPanes(
  panes: readonly DrawnPane[],
  context: RenderContext,
  painter: CellPainter,
): readonly CellRow[] {
  const screen = Array.from({ length: context.rows }, () => blankRow(context.columns))
  for (const pane of panes) {
    const { x, y, width } = pane
    for (const [index, line] of pane.lines.entries()) {
      const row = screen[y + index]
      if (row !== undefined)
        painter(row, x, isFaint(context, pane.fades) ? withRole(line, 'faint') : line, width)
    }
  }
  return screen
}

function isFaint(context: RenderContext, fades: Fading): boolean {
  if (fades === 'never' || !hasSnapshot(context.model)) return false
  const needsPrices = fades === 'without-prices'
  return isHeld(context) || isAllOld(context.model.source) || (needsPrices && isOld(context, ['market']))
}

/** A pane that throws shows why in its own place: one fault must not blind the user to everything else. */
function linesOf({ paint, width, height }: PlacedPane, context: RenderContext): readonly Line[] {
  try {
    const lines = paint(context, width, height)
    return context.info.numberFormat === 'pt' ? lines.map(lineWithDecimalComma) : lines
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const text = `!! ${context.info.t('cannot be drawn, please report: {reason}', { reason: sanitize(reason) })}`
    return [padLine(lineOfText(text, 'banner'), width, 'banner')]
  }
}
