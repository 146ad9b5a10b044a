import { widthOf } from '../paint/width.ts'
import { subjectText } from '../view/alert-text.ts'
import type { RenderContext } from '../view/render-context.ts'
import { withoutSize } from './alert-parts.ts'
import { namedAlert } from './named-alert.ts'

/** From this many rows on the position is named. */
const NAMED_ROWS = 3

/** The liquidations that are not acknowledged, in as many words as fit into `columns`; null if there are none. */
export function tinyLiquidation(context: RenderContext, columns = context.columns): string | null {
  const named = namedAlert(context)
  if (named?.level !== 'liquidated') return null
  const { t } = context.info
  const count = context.alerts.active.filter(({ level }) => level === 'liquidated').length
  const word = count === 1 ? t('LIQUIDATED') : `${count} ${t('LIQUIDATED')}`
  const key = t('[a]ck')
  const subject = subjectText(context, named)
  const subjects = count === 1 ? [subject, withoutSize(subject)] : []
  const texts = [
    ...(context.rows < NAMED_ROWS
      ? []
      : [...subjects.map(name => `‼ ${word} ${name} ${key}`), `‼ ${word} ${key}`]),
    `‼ ${word}`,
    word,
    `‼ ${t('LIQ')}`,
    `‼${t('LIQ')}`,
    t('LIQ'),
    '‼L',
    // The sign of a liquidation in the tabs.
    'L',
  ]
  return texts.find(text => widthOf(text) <= columns) ?? null
}

/** The same with the sign of the state behind it, if there is a column for both. */
export function liquidationAndSign(context: RenderContext, sign: string): string | null {
  const beside = context.columns >= 2 ? tinyLiquidation(context, context.columns - 2) : null
  return beside === null ? tinyLiquidation(context) : `${beside} ${sign}`
}
