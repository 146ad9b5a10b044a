import { sanitize } from '../../domain/sanitize.ts'
import { filterText } from '../input/ui-reducer.ts'
import { type Line, segment, verbatimSegment } from '../paint/line.ts'
import type { RenderContext } from '../view/render-context.ts'
import { cursorSign } from '../view/signs.ts'

/** The filter while it is being typed. */
export function filterLine({ ui, info }: RenderContext): Line {
  return [
    segment(' / ', 'accent'),
    verbatimSegment(sanitize(filterText(ui.filter))),
    segment(`${cursorSign(info)}  `, 'accent'),
    segment(info.t('Enter keeps it, Esc clears it'), 'faint'),
  ]
}
