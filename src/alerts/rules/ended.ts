import type { Level } from '../../domain/alerts/alert.ts'
import type { EventRule } from '../../domain/alerts/rule.ts'
import { formatAge, formatNumber, formatSigned } from '../../domain/format.ts'
import type { Position } from '../../domain/position.ts'
import type { Usd } from '../../domain/units.ts'
import { satsToUsd } from '../../domain/valuation.ts'
import { type AlertInput, type Finding, NOTHING_FOUND, type Outcome } from '../alert-input.ts'
import type { EndedPosition } from '../ended-positions.ts'
import type { Evaluation } from '../evaluation.ts'
import { positionKey, subjectOf } from '../position-name.ts'

type Why = EndedPosition['why']

const EVENTS: Readonly<Record<Exclude<Why, 'unknown'>, EventRule['events'][number]>> = {
  closed: 'closed',
  'stop-loss': 'stopped-out',
  'take-profit': 'took-profit',
  liquidation: 'liquidated',
}

const LEVELS: Readonly<Record<Why, Level>> = {
  closed: 'info',
  'stop-loss': 'warn',
  'take-profit': 'info',
  liquidation: 'liquidated',
  unknown: 'critical',
}

const VERBS: Readonly<Record<Why, string>> = {
  closed: 'was closed',
  'stop-loss': 'was closed by its stop-loss',
  'take-profit': 'was closed by its take-profit',
  liquidation: 'was LIQUIDATED',
  unknown: 'has ended, closed or liquidated; the exchange has not reported how yet',
}

/** A position farther away than this from its liquidation was liquidated in one jump. */
const JUMP_DISTANCE = 0.1

/**
 * Reports ended positions. A liquidation is always at the level `liquidated`, whatever level the rule has. An unknown end is a condition
 * that lasts until the exchange reports the end.
 */
export function evaluateEnded(
  rule: EventRule,
  { market, positions }: AlertInput,
  { ended, isQuiet, toTime }: Pick<Evaluation, 'ended' | 'isQuiet' | 'toTime'>,
): Outcome {
  if (isQuiet && ended.length === 0) return NOTHING_FOUND
  const findings: Finding[] = []
  const events: Finding[] = []
  for (const end of ended) {
    const { why, position } = end
    if (why === 'unknown' ? !reportsEnds(rule) : !rule.events.includes(EVENTS[why])) continue
    const subject = subjectOf(position)
    const finding: Finding = {
      key: `${ENDED}${positionKey(position)}`,
      kind: 'position',
      level: why === 'liquidation' || why === 'unknown' ? LEVELS[why] : (rule.level ?? LEVELS[why]),
      subject,
      positionId: position.id,
      message: `${subject} ${VERBS[why]}${details(end, market.indexUsd, toTime)}`,
      remedy: null,
    }
    if (why === 'unknown') findings.push(finding)
    else events.push({ ...finding, key: eventKey(end, why) })
  }
  return {
    ...NOTHING_FOUND,
    findings,
    events,
    endingOf(key) {
      const isOf = ({ position }: { readonly position: Position }): boolean =>
        key === `${ENDED}${positionKey(position)}`
      if (positions.some(isOf)) return 'the position is listed again'
      return ended.some(isOf)
        ? 'the exchange has reported how it ended'
        : 'the exchange has not reported within a day how it ended'
    },
  }
}

const ENDED = 'ended '

/** The cross position ends again and again, an isolated one once. */
function eventKey({ position, endedAt, foundAt }: EndedPosition, why: Exclude<Why, 'unknown'>): string {
  const time = position.mode === 'cross' ? ` ${endedAt ?? foundAt}` : ''
  return `${EVENTS[why]} ${position.id}${time}`
}

function reportsEnds({ events }: EventRule): boolean {
  return Object.values(EVENTS).some(event => events.includes(event))
}

function details(end: EndedPosition, indexUsd: Usd | null, toTime: (exchangeMs: number) => string): string {
  const { exitPriceUsd, plSats, endedAt, unseenMs, lastDistance, why } = end
  const parts: string[] = []
  if (exitPriceUsd !== null) parts.push(`at ${formatNumber(exitPriceUsd, 1)}`)
  if (endedAt !== null && unseenMs > 0) parts.push(`on ${toTime(endedAt)}`)
  const priceUsd = exitPriceUsd ?? indexUsd
  if (plSats !== null) {
    const usd = priceUsd === null ? '' : ` (${formatSigned(satsToUsd(plSats, priceUsd), 2)} USD)`
    parts.push(`P&L ${formatSigned(plSats)} sats${usd}`)
  } else if (why !== 'unknown') parts.push('P&L not known yet')
  if (end.isInferred && why !== 'closed') parts.push('as its exit price shows')
  if (unseenMs > 0) parts.push(`found after ${formatAge(unseenMs)} without sight`)
  else if (why === 'liquidation' && lastDistance !== null && lastDistance > JUMP_DISTANCE)
    parts.push(`in one jump: it was ${(lastDistance * 100).toFixed(2)} percent away`)
  const [first, ...rest] = parts
  if (first === undefined) return ''
  return `${first.startsWith('at ') ? ' ' : ', '}${[first, ...rest].join(', ')}`
}
