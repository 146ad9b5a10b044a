import type { Alert } from '../../domain/alerts/alert.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { type Part, part } from '../paint/fit.ts'
import { levelLabel, levelRole, levelSign } from '../view/format.ts'
import type { RenderContext } from '../view/render-context.ts'
import { deliveryText } from './events.ts'
import { namedAlert, otherUrgentCount } from './named-alert.ts'

/** Kinds of alerts whose text the last line has already. */
const SHOWN_KINDS: readonly Alert['kind'][] = ['liquidation', 'unreadable-position']

/** The sentences about a liquidation that is not acknowledged, the most important first; null if there is none. */
export function liquidatedText(context: RenderContext): readonly string[] | null {
  const named = namedAlert(context)
  if (named?.level !== 'liquidated') return null
  const others = otherUrgentCount(context, named)
  const { market, source } = context.live
  return [
    `‼ ${sanitize(named.message)}`,
    '[a]ck',
    ...(market.stale || source.stale ? ['NOT LIVE: liq alerts NOT evaluated.'] : []),
    ...(others === 0 ? [] : [`+${others} critical`]),
    deliveryText(context, named.id).replace(/^, /, ''),
  ].filter(text => text !== '')
}

/** The named alert unless the line shows it already, how to acknowledge it, its delivery, and how many others are critical. */
export function alertParts(context: RenderContext): readonly Part[] {
  const named = namedAlert(context)
  if (named === null) return []
  const isFiring = named.state === 'firing'
  const others = otherUrgentCount(context, named)
  return [
    ...(SHOWN_KINDS.includes(named.kind) ? [] : [otherAlertPart(named)]),
    part(isFiring ? '  [a]ck' : '  acked', 5, isFiring ? 'accent' : 'faint'),
    part(others === 0 ? '' : `  +${others} critical`, 7, 'critical'),
    part(deliveryText(context, named.id).replace(/^,/, ' '), 2, 'faint'),
  ]
}

function otherAlertPart({ level, message }: Alert): Part {
  return part(`  ${levelSign(level)} ${levelLabel(level)} ${sanitize(message)}`, 6, levelRole(level))
}
