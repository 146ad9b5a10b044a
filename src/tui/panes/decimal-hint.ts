import { decimalAnswer } from '../input/answer.ts'
import { type Line, lineOfText } from '../paint/line.ts'
import type { RenderContext } from '../view/render-context.ts'

/** How decimals are typed, for the format that is not the one of the keyboard's digits. */
export function decimalHint({ info }: RenderContext): readonly Line[] {
  return info.numberFormat === 'pt' ? [lineOfText(` ${decimalAnswer(info)}`, 'faint')] : []
}
