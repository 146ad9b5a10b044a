import type { Level } from '../../domain/alerts/alert.ts'
import type { AnnouncementRule, EventRule } from '../../domain/alerts/rule.ts'
import { formatNumber } from '../../domain/format.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { ActivityEvent } from '../../store/state.ts'
import { type Finding, NOTHING_FOUND, type Outcome } from '../alert-input.ts'
import { subjectOf } from '../position-name.ts'

/** Evaluates the activity events that are new since the last evaluation. Ended positions are evaluated apart. */
export function evaluateActivity(
  rule: EventRule | AnnouncementRule,
  events: readonly ActivityEvent[],
): Outcome {
  if (events.length === 0) return NOTHING_FOUND
  const found = events.flatMap(event => findingOf(rule, event) ?? [])
  return found.length === 0 ? NOTHING_FOUND : { ...NOTHING_FOUND, events: found }
}

function findingOf(rule: EventRule | AnnouncementRule, event: ActivityEvent): Finding | null {
  const make = (
    what: string,
    subject: string,
    message: string,
    positionId: string | null = null,
  ): Finding | null => {
    if (rule.type !== 'announcement' && !rule.events.includes(what)) return null
    const level: Level = rule.level ?? 'info'
    const key = `${what} ${event.key}`
    return { key, kind: rule.type, level, subject, positionId, message, remedy: null }
  }
  switch (event.kind) {
    case 'announcement':
      if (rule.type !== 'announcement') return null
      return make('announcement', 'exchange', `announcement of the exchange: ${sanitize(event.title)}`)
    case 'wallet':
      if (rule.type !== 'wallet') return null
      return make(
        event.direction,
        'account',
        `${event.direction} of ${formatNumber(event.amountSats)} sats: ${sanitize(event.status)}`,
      )
    case 'order-opened': {
      if (rule.type !== 'order') return null
      const subject = `order ${subjectOf(event.order)}`
      return make('opened', subject, `${subject} was placed at ${formatNumber(event.order.priceUsd, 1)}`)
    }
    case 'ended':
      return rule.type === 'order' ? endedOrder(event, make) : null
    case 'filled':
    case 'appeared':
      return rule.type === 'order' || rule.type === 'position' ? filled(rule, event, make) : null
    default:
      return null
  }
}

type Make = (what: string, subject: string, message: string, positionId?: string | null) => Finding | null

function filled(
  rule: EventRule,
  {
    kind,
    position,
  }: Extract<ActivityEvent, { kind: 'filled' }> | Extract<ActivityEvent, { kind: 'appeared' | 'vanished' }>,
  make: Make,
): Finding | null {
  const subject = subjectOf(position)
  const at = formatNumber(position.entryPriceUsd, 1)
  const found = kind === 'appeared' ? ', found after a gap' : ''
  const what = rule.type === 'position' && !rule.events.includes('filled') ? 'opened' : 'filled'
  return make(what, subject, `${subject} was filled at ${at}${found}`, position.id)
}

function endedOrder({ why, id }: Extract<ActivityEvent, { kind: 'ended' }>, make: Make): Finding | null {
  if (why !== 'canceled' && why !== 'filled') return null
  const subject = `order ${sanitize(id.slice(0, 4))}`
  return make(why, subject, `${subject} was ${why}`)
}
