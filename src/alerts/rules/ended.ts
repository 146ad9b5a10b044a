import type { Level } from '../../domain/alerts/alert.ts'
import type { EventRule } from '../../domain/alerts/rule.ts'
import { formatAge, formatNumber, formatSigned } from '../../domain/format.ts'
import type { Position } from '../../domain/position.ts'
import type { Usd } from '../../domain/units.ts'
import { satsToUsd } from '../../domain/valuation.ts'
import { type AlertInput, type Finding, NOTHING_FOUND, type Outcome } from '../alert-input.ts'
import type { Evaluation } from '../evaluation.ts'
import type { EndedPosition } from '../how-ended.ts'
import { positionKey, subjectOf } from '../position-name.ts'
import type { UnlistedTime } from '../unseen-ends.ts'

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
  { ended, unlisted, isQuiet, toTime }: Pick<Evaluation, 'ended' | 'unlisted' | 'isQuiet' | 'toTime'>,
): Outcome {
  if (isQuiet && ended.length === 0 && unlisted === null) return NOTHING_FOUND
  const findings: Finding[] = []
  const updates: Finding[] = []
  const events: Finding[] =
    unlisted === null || !reportsEnds(rule) ? [] : [unlistedFinding(rule, unlisted, toTime)]
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
    else (end.isUpdate ? updates : events).push({ ...finding, key: eventKey(end, why) })
  }
  return {
    ...NOTHING_FOUND,
    findings,
    events,
    updates,
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

/** The exchange no longer lists what was closed in a part of a long time without sight. */
function unlistedFinding(rule: EventRule, { from, to }: UnlistedTime, toTime: Evaluation['toTime']): Finding {
  return {
    key: `unlisted ${from}`,
    kind: 'position',
    level: rule.level ?? 'warn',
    subject: 'account',
    positionId: null,
    message: `positions that were opened and ended from ${toTime(from)} to ${toTime(to)} are not reported: axisor did not watch, and looks back one day`,
    remedy: 'axisor history --since lists them',
  }
}

/** The cross position ends again and again, an isolated one once. An update has the key of the first report, which had no result. */
function eventKey(
  { position, endedAt, foundAt, isUpdate }: EndedPosition,
  why: Exclude<Why, 'unknown'>,
): string {
  const time = position.mode === 'cross' ? ` ${isUpdate ? foundAt : (endedAt ?? foundAt)}` : ''
  return `${EVENTS[why]} ${position.id}${time}`
}

function reportsEnds({ events }: EventRule): boolean {
  return Object.values(EVENTS).some(event => events.includes(event))
}

function details(end: EndedPosition, indexUsd: Usd | null, toTime: (exchangeMs: number) => string): string {
  const { exitPriceUsd, plSats, endedAt, unseenMs, wasUnseen, lastDistance, why } = end
  const parts: string[] = []
  if (exitPriceUsd !== null) parts.push(`at ${formatNumber(exitPriceUsd, 1)}`)
  if (endedAt !== null && (unseenMs > 0 || wasUnseen)) parts.push(`on ${toTime(endedAt)}`)
  const priceUsd = exitPriceUsd ?? indexUsd
  if (plSats !== null) {
    const usd = priceUsd === null ? '' : ` (${formatSigned(satsToUsd(plSats, priceUsd), 2)} USD)`
    parts.push(`P&L ${formatSigned(plSats)} sats${usd}`)
  } else if (why !== 'unknown') parts.push('P&L not known yet')
  if (end.isInferred && why !== 'closed') parts.push('as its exit price shows')
  if (wasUnseen) parts.push('opened and ended while axisor did not watch')
  else if (unseenMs > 0) parts.push(`found after ${formatAge(unseenMs)} without sight`)
  else if (why === 'liquidation' && lastDistance !== null && lastDistance > JUMP_DISTANCE)
    parts.push(`in one jump: it was ${(lastDistance * 100).toFixed(2)}% away`)
  const [first, ...rest] = parts
  if (first === undefined) return ''
  return `${first.startsWith('at ') ? ' ' : ', '}${[first, ...rest].join(', ')}`
}
