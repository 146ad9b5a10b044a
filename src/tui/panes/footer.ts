import { KEYS } from '../input/keymap.ts'
import { fitParts, type Part } from '../paint/fit.ts'
import { type Line, seg } from '../paint/line.ts'
import { tidy } from '../paint/width.ts'
import type { Scene } from '../view/render-context.ts'

/** The line of keys, or the filter while it is typed. */
export function footer({ ui, columns }: Scene): Line {
  if (ui.filter.phase === 'typing')
    return [
      seg(' / ', 'accent'),
      seg(tidy(ui.filter.text)),
      seg('█  ', 'accent'),
      seg('Enter keeps it, Esc clears it', 'faint'),
    ]
  const isWide = columns >= 160
  const parts = KEYS.flatMap(({ footer }): Part[] =>
    footer === undefined || (footer.keep === 0 && columns < 100)
      ? []
      : [
          {
            line: [seg(footer.key, 'accent'), seg(isWide ? (footer.wideWord ?? footer.word) : footer.word)],
            keep: footer.keep,
          },
        ],
  )
  return [seg(' '), ...fitParts(parts, columns - 1, 2)]
}
