import { type Alert, isUrgent, levelRank } from '../../domain/alerts/alert.ts'
import { type Risk, severityOf } from '../../domain/risk.ts'
import { fitParts, type Part, part } from '../paint/fit.ts'
import { clipLine, type Line, segment, widthOfLine } from '../paint/line.ts'
import { widthOf } from '../paint/width.ts'
import { alertSegments, maskedText } from '../view/alert-text.ts'
import { levelLabel, levelRole, levelSign } from '../view/format.ts'
import type { RenderContext } from '../view/render-context.ts'
import { deliveryText } from './events.ts'
import { isOfWorstRow, namedAlert, otherUrgentCount } from './named-alert.ts'

/** The parts of the sentence about a liquidation: the result, and the rest of what it says. */
const LIQUIDATION =
  /^(?<subject>.+?) was LIQUIDATED(?<rest>.*?),? P&L (?<sats>[^ ]+ sats) ?(?<usd>\([^)]*\))?(?<more>.*)$/

/** The name of a position without its size, for narrow screens. */
export function withoutSize(subject: string): string {
  return subject.replace(/ [^ ]+ USD\b/, '')
}

/** The parts about a liquidation that is not acknowledged; null if there is none. */
export function liquidatedParts(context: RenderContext): readonly Part[] | null {
  const named = namedAlert(context)
  if (named?.level !== 'liquidated') return null
  const others = otherUrgentCount(context.alerts.active, named)
  const { market, source } = context.live
  const { t } = context.info
  return [
    ...lossParts(context, named),
    part(acknowledgeKey(context), 9.5),
    part(market.stale || source.stale ? t('NOT LIVE: liq alerts NOT evaluated.') : '', 5),
    part(others === 0 ? '' : t('+{count} critical', { count: others }), 4),
    part(deliveryText(context, named.id).replace(/^, /, ''), 3),
  ]
}

/** Position, key and loss in sats are kept longest: they fit 80 columns. On a narrow screen the size gives way to the key. */
function lossParts(context: RenderContext, alert: Alert): readonly Part[] {
  const { t } = context.info
  const parts = LIQUIDATION.exec(maskedText(context, alert))?.groups
  if (parts === undefined)
    return [{ line: [segment('‼ '), ...alertSegments(context, alert)], priority: Number.POSITIVE_INFINITY }]
  const { subject = '', rest = '', sats = '', usd = '', more = '' } = parts
  const whole = `‼ ${t('LIQUIDATED')} ${t.sentence(subject)}`
  const isNarrow = widthOf(whole) + 1 + widthOf(acknowledgeKey(context)) > context.columns
  const short = `‼ ${t('LIQUIDATED')} ${t.sentence(withoutSize(subject))}`
  return [
    part(isNarrow ? short : whole, Number.POSITIVE_INFINITY),
    part(sats, 9),
    part(usd, 7),
    part(t.sentence(`${rest}${more}`.replace(/^,? /, '')), 6),
  ]
}

/** How to acknowledge the alert about the lost sight, and how many others are critical. */
export function blindTexts(context: RenderContext): readonly string[] {
  const named = namedAlert(context)
  if (named === null) return []
  const others = otherUrgentCount(context.alerts.active, named)
  const { t } = context.info
  const more = others === 0 ? [] : [t('+{count} critical', { count: others })]
  return [named.state === 'firing' ? acknowledgeKey(context) : t('acked'), ...more]
}

/** The named alert unless the line shows it already, how to acknowledge it, its delivery, and how many others are critical. */
export function alertParts(context: RenderContext): readonly Part[] {
  const named = namedAlert(context)
  if (named === null) return []
  const { t } = context.info
  const isFiring = named.state === 'firing'
  // The line counts positions that can't be read already.
  const isCounted = (alert: Alert): boolean => alert.kind !== 'unreadable-position'
  const others = otherUrgentCount(context.alerts.active.filter(isCounted), named)
  const isShown = isOfWorstRow(context, named) || !isCounted(named)
  return [
    ...(isShown ? [] : [otherAlertPart(context, named)]),
    part(`  ${isFiring ? acknowledgeKey(context) : t('acked')}`, 5, isFiring ? 'accent' : 'faint'),
    part(others === 0 ? '' : `  ${t('+{count} critical', { count: others })}`, 7, 'critical'),
    part(deliveryText(context, named.id).replace(/^,/, ' '), 2, 'faint'),
  ]
}

/**
 * The line of a critical alert that is worse than every position, such as one about a position that has gone: it comes before the position
 * that is still there. Null if there is none. Its sentence is cut at the end, never the key.
 */
export function leadingAlertLine(context: RenderContext, risk: Risk | null, worst: Part): Line | null {
  const named = namedAlert(context)
  if (named === null || named.state !== 'firing' || !isUrgent(named.level)) return null
  if (isOfWorstRow(context, named) || (risk !== null && severityOf(risk) >= levelRank(named.level)))
    return null
  const { columns, info } = context
  const others = otherUrgentCount(context.alerts.active, named)
  const key = part(`  ${acknowledgeKey(context)}`, 8, 'accent')
  const sentence = labeledSentence(context, named)
  const line = fitParts(
    [
      { line: sentence, priority: Number.POSITIVE_INFINITY },
      key,
      part(others === 0 ? '' : `  ${info.t('+{count} critical', { count: others })}`, 7, 'critical'),
      worst,
    ],
    columns,
    0,
  )
  if (widthOfLine(line) <= columns) return line
  return [...clipLine(sentence, columns - widthOfLine(key.line)), ...key.line]
}

function otherAlertPart(context: RenderContext, alert: Alert): Part {
  return { line: [segment('  '), ...labeledSentence(context, alert)], priority: 6 }
}

/** `‼ CRIT` and what the alert says. */
function labeledSentence(context: RenderContext, alert: Alert): Line {
  const { level } = alert
  const role = levelRole(level)
  return [
    segment(`${levelSign(level)} ${levelLabel(context, level)} `, role),
    ...alertSegments(context, alert, { role }),
  ]
}

/** The key for the named alert: the one that acknowledges it, or that shows another account's. */
function acknowledgeKey({ hasKeys, info }: RenderContext): string {
  return hasKeys ? info.t('[a]ck') : '[P]'
}
