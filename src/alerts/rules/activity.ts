import type { Alert, Level } from '../../domain/alerts/alert.ts'
import type { AnnouncementRule, EventRule } from '../../domain/alerts/rule.ts'
import { formatNumber } from '../../domain/format.ts'
import { CROSS_ID } from '../../domain/position.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { crossMoveOf } from '../../store/cross-move.ts'
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
    const level: Level = what === 'liquidated' ? 'liquidated' : (rule.level ?? 'info')
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
      if (rule.type === 'order') return filledOrder(event, make)
      return rule.type === 'position' ? openedPosition(rule, event, make) : null
    case 'cross':
      return rule.type === 'position' ? movedCross(rule, event, make) : null
    default:
      return null
  }
}

type Make = (what: string, subject: string, message: string, positionId?: string | null) => Finding | null

type Fill =
  | Extract<ActivityEvent, { kind: 'filled' }>
  | Extract<ActivityEvent, { kind: 'appeared' | 'vanished' }>

const FOUND = ', found after a gap'

function filledOrder({ kind, position }: Fill, make: Make): Finding | null {
  const subject = `order ${subjectOf(position)}`
  const at = formatNumber(position.entryPriceUsd, 1)
  const found = kind === 'appeared' ? FOUND : ''
  return make('filled', subject, `${subject} was filled at ${at}${found}`, position.id)
}

function openedPosition(rule: EventRule, { kind, position }: Fill, make: Make): Finding | null {
  const subject = subjectOf(position)
  const at = formatNumber(position.entryPriceUsd, 1)
  const found = kind === 'appeared' ? FOUND : ''
  return make(openingEvent(rule), subject, `${subject} was opened at ${at}${found}`, position.id)
}

/** True for an alert of a position rule about a fill; its id has the name of its event. */
export function isFill({ id, rule }: Alert): boolean {
  return id.startsWith(`${rule}:opened-`) || id.startsWith(`${rule}:filled-`)
}

/** A fill that opens a position is reported once, also by a rule that lists both. */
function openingEvent({ events }: EventRule): 'opened' | 'filled' {
  return events.includes('filled') ? 'filled' : 'opened'
}

/** The end of a cross position is reported with its result, apart. */
function movedCross(
  rule: EventRule,
  { event, before, cross }: Extract<ActivityEvent, { kind: 'cross' }>,
  make: Make,
): Finding | null {
  const { position } = cross
  const move = crossMoveOf(before, position)
  if (position === null || move === null || move === 'closed') return null
  const subject = subjectOf(position)
  const at = formatNumber(position.entryPriceUsd, 1)
  const found = event === null ? FOUND : ''
  if (before === null)
    return make(openingEvent(rule), subject, `${subject} was opened at ${at}${found}`, CROSS_ID)
  const from = `${formatNumber(before.quantityUsd)} USD`
  if (move === 'flipped')
    return make(
      openingEvent(rule),
      subject,
      `${subject} was opened at ${at} and replaces ${before.side} ${from}${found}`,
      CROSS_ID,
    )
  if (move === 'reduced' && event === 'liquidation')
    return make('liquidated', subject, `${subject} was partly LIQUIDATED: it was ${from} before`, CROSS_ID)
  const text = `${subject} was ${move} from ${from}, entry ${at}${found}`
  return make('filled', subject, text, CROSS_ID)
}

function endedOrder(
  { why, id, order, exitPriceUsd }: Extract<ActivityEvent, { kind: 'ended' }>,
  make: Make,
): Finding | null {
  if (why !== 'canceled' && why !== 'filled') return null
  const subject = `order ${order === null ? sanitize(id.slice(0, 4)) : subjectOf(order)}`
  const at = why === 'canceled' || exitPriceUsd === null ? '' : ` at ${formatNumber(exitPriceUsd, 1)}`
  return make(why, subject, `${subject} was ${why}${at}`)
}
