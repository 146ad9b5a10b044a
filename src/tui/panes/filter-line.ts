import { sanitize } from '../../domain/sanitize.ts'
import { filterText } from '../input/ui-reducer.ts'
import { type Line, segment } from '../paint/line.ts'
import type { RenderContext } from '../view/render-context.ts'

/** The filter while it is being typed. */
export function filterLine({ ui }: RenderContext): Line {
  return [
    segment(' / ', 'accent'),
    segment(sanitize(filterText(ui.filter))),
    segment('█  ', 'accent'),
    segment('Enter keeps it, Esc clears it', 'faint'),
  ]
}
