import { sanitize } from '../../domain/sanitize.ts'
import { textOf } from '../input/ui-reducer.ts'
import { type Line, segment } from '../paint/line.ts'
import type { RenderContext } from '../view/render-context.ts'

/** The filter while it is being typed. */
export function filterLine({ ui }: RenderContext): Line {
  return [
    segment(' / ', 'accent'),
    segment(sanitize(textOf(ui.filter))),
    segment('█  ', 'accent'),
    segment('Enter keeps it, Esc clears it', 'faint'),
  ]
}
