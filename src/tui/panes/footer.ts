import { sanitize } from '../../domain/sanitize.ts'
import { listedKeys } from '../input/listed-keys.ts'
import { fitParts, type Part } from '../paint/fit.ts'
import { type Line, segment, verbatimSegment } from '../paint/line.ts'
import type { RenderContext } from '../view/render-context.ts'

/** The keys, as many as fit, the least important dropped first; for a moment the answer to the last key. */
export function keyLine({ columns, ui, info, live, accounts }: RenderContext): Line {
  if (ui.answer !== null && live.now < ui.answer.until)
    return [verbatimSegment(` ${sanitize(ui.answer.text)}`, 'accent')]
  const isWide = columns >= 160
  const parts = listedKeys(accounts !== null).flatMap(({ footer }): Part[] =>
    footer === undefined || (footer.priority === 0 && columns < 100)
      ? []
      : [
          {
            line: [
              segment(info.unicode ? footer.key : (footer.asciiKey ?? footer.key), 'accent'),
              segment(
                `${footer.key === '?' ? '' : ' '}${info.t(isWide ? (footer.wideLabel ?? footer.label) : footer.label)}`,
              ),
            ],
            priority: footer.priority,
          },
        ],
  )
  return [segment(' '), ...fitParts(parts, columns - 1, 2)]
}
