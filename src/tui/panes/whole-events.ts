import { sanitize } from '../../domain/sanitize.ts'
import { type Line, lineOfText, segment, verbatimSegment } from '../paint/line.ts'
import { wrapLine } from '../paint/wrap.ts'
import type { RenderContext } from '../view/render-context.ts'
import { zoneLabel } from '../view/time-format.ts'
import { eventEntries, TEXT_COLUMN } from './events.ts'
import type { Panel } from './panel.ts'
import { scroll } from './scroll.ts'

/** All events in full: announcements of the exchange with their text and their link. */
export function wholeEventsPanel(context: RenderContext): Panel {
  const { length } = context.model.state.events
  return {
    pane: null,
    title: `${context.info.t('EVENTS')} ${length + context.alerts.raised.length}`,
    note: `${zoneLabel(context)} · ${context.info.t('Esc back')}`,
    preferredHeight: 0,
    draw: (width, height) => {
      const lines = eventEntries(context).flatMap(({ line, more }) => [
        ...wrapLine(line(), width, TEXT_COLUMN),
        ...more.flatMap(text => wrapLine(continued(text), width, TEXT_COLUMN)),
      ])
      if (lines.length === 0) return [lineOfText(`  ${context.info.t('Nothing yet')}`, 'faint')]
      // Line by line, so that a text longer than the screen can be read to its end.
      return scroll(context, 'overlay', lines, height, line => [line])
    },
  }
}

/** As long as a decoder lets it be. */
const MAX_TEXT = 4_000

function continued(text: string): Line {
  return [segment(' '.repeat(TEXT_COLUMN)), verbatimSegment(sanitize(text, { maxLength: MAX_TEXT }))]
}
