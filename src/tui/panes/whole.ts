import { type Line, lineOfText } from '../paint/line.ts'
import { widthOf } from '../paint/width.ts'
import { wrapLine } from '../paint/wrap.ts'
import { closedRows } from '../view/closed-rows.ts'
import { SHORT_COLUMNS } from '../view/format.ts'
import type { RenderContext } from '../view/render-context.ts'
import { closedList, closedPanel, closedRemarks } from './closed.ts'
import { diagnosticsLines } from './connection.ts'
import { fundingLines } from './funding.ts'
import type { Panel } from './panel.ts'
import { scroll } from './scroll.ts'

/** Of the rest of a line that does not fit. */
const INDENT = 13
/** What a rule or a box takes of the title. */
const FRAME = 8
/** The boxes of orders and closed trades beside each other are not wider. */
const BOX_COLUMNS = 56
/** Of the closed trades: their header, and the selected one. */
const LEAST_ROWS = 2
/** The whole table of the parts. */
const ALL_COLUMNS = 80

/** A pane whose rows have no detail, in full: every line whole, and what a small pane leaves out. */
export function wholePanel(context: RenderContext): Panel {
  const [title, lines] = contentOf(context)
  return {
    pane: null,
    title,
    note: context.info.t('Esc back'),
    preferredHeight: lines.length,
    draw: (width, height) => {
      const wrapped = lines.flatMap(line => wrapLine(line, width, INDENT))
      if (isClosedList(context)) {
        const head = wrapped.slice(0, Math.max(0, height - LEAST_ROWS))
        return [...head, ...closedList(context, width, height - head.length)]
      }
      // Line by line, so that a text longer than the screen can be read to its end.
      return scroll(context, 'overlay', wrapped, height, line => [line])
    },
  }
}

/** True if there are closed trades, also if none was read when the overlay was opened. */
function isClosedList({ ui, history, model }: RenderContext): boolean {
  return (ui.expanded ?? ui.focus) === 'closed' && closedRows(history, model.state).count > 0
}

function contentOf(context: RenderContext): readonly [title: string, lines: readonly Line[]] {
  const { t } = context.info
  const { focus, expanded } = context.ui
  switch (expanded ?? focus) {
    case 'funding':
      return [t('FUNDING'), fundingLines(context)]
    case 'closed':
      return [t('CLOSED'), [...titleLines(closedPanel(context)), ...closedRemarks(context)]]
    default:
      return [
        t('DIAGNOSTICS'),
        diagnosticsLines({ ...context, columns: Math.max(context.columns, ALL_COLUMNS) }, Infinity),
      ]
  }
}

/** What a small pane may cut, for the end of the detail of its row: a long title, and its remarks in full. */
export function cutLines(
  context: RenderContext,
  panel: Panel,
  remarksOf: (context: RenderContext, width: number) => readonly Line[],
): readonly Line[] {
  const columns = Math.max(context.columns, SHORT_COLUMNS)
  const remarks = remarksOf({ ...context, columns }, Infinity)
  const room = panel.pane === 'positions' ? context.columns : Math.min(context.columns, BOX_COLUMNS)
  const title = widthOf(panel.title) > room - FRAME ? titleLines(panel) : []
  return remarks.length + title.length === 0 ? [] : [[], ...title, ...remarks]
}

function titleLines({ title }: Panel): readonly Line[] {
  return [lineOfText(`  ${title}`, 'faint')]
}
