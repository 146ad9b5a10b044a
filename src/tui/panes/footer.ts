import { sanitize } from '../../domain/sanitize.ts'
import { listedKeys } from '../input/listed-keys.ts'
import { worksInSum } from '../input/sum-keys.ts'
import { fitParts, type Part } from '../paint/fit.ts'
import { type Line, segment, verbatimSegment } from '../paint/line.ts'
import type { RenderContext } from '../view/render-context.ts'

/** The keys, as many as fit, the least important dropped first; for a moment the answer to the last key. */
export function keyLine({ columns, ui, info, live, accounts }: RenderContext): Line {
  if (ui.answer !== null && live.now < ui.answer.until)
    return answerLine(sanitize(ui.answer.text), { info, accounts })
  const isWide = columns >= 160
  const isSum = accounts !== null && accounts.shown === null
  const parts = listedKeys(accounts !== null).flatMap(({ footer, keys, command }): Part[] =>
    footer === undefined ||
    (footer.priority === 0 && columns < 100) ||
    (isSum && !worksInSum(command(keys[0] ?? '', ui)))
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

/** A path in a text, which ends it: it may have blanks. */
const PATH = String.raw`(?<=^|[\s'"(])~?/\S.*$`

/** The answer to a key. Paths and names of profiles stay as they are; the numbers of the rest follow the number format. */
function answerLine(text: string, { info, accounts }: Pick<RenderContext, 'info' | 'accounts'>): Line {
  const profiles = [info, ...(accounts?.contexts ?? []).map(context => context.info)]
  const names = profiles.map(
    ({ profile }) => String.raw`(?<![\w.-])${profile.replace(/\W/g, String.raw`\$&`)}(?![\w-])`,
  )
  const kept = new RegExp(`(${[PATH, ...names].join('|')})`, 's')
  return [
    segment(' '),
    ...text
      .split(kept)
      .map((piece, index) => (index % 2 === 1 ? verbatimSegment(piece, 'accent') : segment(piece, 'accent'))),
  ]
}
