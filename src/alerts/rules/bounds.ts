import type { AlertKind } from '../../domain/alerts/alert.ts'
import type { AlertRule, ChangeWindow } from '../../domain/alerts/rule.ts'
import { formatAge, formatNumber, formatSigned } from '../../domain/format.ts'
import { type Finding, NOTHING_FOUND, type Outcome, type PreviousLevel } from '../alert-input.ts'

/** What a rule with bounds watches, and how sentences write it. */
export interface Watched {
  readonly kind: AlertKind
  readonly subject: string
  readonly name: string
  text(value: number): string
}

/** How far a value must come back from a bound before its alert ends, so that a value at the bound raises one alert, not many. */
export interface Slack {
  /** Of the bound. */
  readonly fraction: number
  /** For bounds near 0, in the unit of the value. */
  readonly least: number
}

/** The level to cross, on each side; null for none. */
export interface Bounds {
  readonly above: number | null
  readonly below: number | null
}

/** A change within a window is over below this part of its amount. */
const MOVE_OVER = 0.9

type BoundRule = Pick<AlertRule, 'level'>

type Side = keyof Bounds

const NONE: readonly Finding[] = []

/**
 * Returns the bounds that a value has passed. `suffix` tells apart the keys of two values of one rule. Nothing is allocated unless a
 * bound is passed.
 */
export function crossed(
  rule: BoundRule,
  watched: Watched,
  value: number,
  { above, below }: Bounds,
  slack: Slack,
  previousLevel: PreviousLevel,
  suffix: '' | ' rate' | ' cost' = '',
): readonly Finding[] {
  const isAbove = above !== null && isBeyond('above', value, above, slack, previousLevel, suffix)
  const isBelow = below !== null && isBeyond('below', value, below, slack, previousLevel, suffix)
  if (!isAbove && !isBelow) return NONE
  const found: Finding[] = []
  if (isAbove) found.push(crossing(rule, watched, value, 'above', above, slack, suffix))
  if (isBelow) found.push(crossing(rule, watched, value, 'below', below, slack, suffix))
  return found
}

function isBeyond(
  side: Side,
  value: number,
  bound: number,
  slack: Slack,
  previousLevel: PreviousLevel,
  suffix: string,
): boolean {
  if (side === 'above' ? value >= bound : value <= bound) return true
  const end = endOf(side, bound, slack)
  const isNear = side === 'above' ? value >= end : value <= end
  return isNear && previousLevel(`${side}${suffix}`) !== null
}

/** Where the alert of a bound ends. */
function endOf(side: Side, bound: number, { fraction, least }: Slack): number {
  const slack = Math.max(Math.abs(bound) * fraction, least)
  return side === 'above' ? bound - slack : bound + slack
}

function crossing(
  rule: BoundRule,
  watched: Watched,
  value: number,
  side: Side,
  bound: number,
  slack: Slack,
  suffix: string,
): Finding {
  const { name, text } = watched
  const end = `${side === 'above' ? 'below' : 'above'} ${text(endOf(side, bound, slack))}`
  return {
    ...findingBase(rule, watched, `${side}${suffix}`),
    message: `${name} is ${text(value)}, ${side} ${text(bound)}`,
    remedy: `Ends when it is ${end}`,
  }
}

/** Returns the change of a value if it is large enough, in the unit of the rule; positive: risen. */
export function moved(
  rule: BoundRule,
  watched: Watched,
  value: number,
  { amount, withinMs }: ChangeWindow,
  change: number,
  unit: ' sats' | ' USD' | '%',
  previousLevel: PreviousLevel,
): readonly Finding[] {
  const key = change < 0 ? 'fall' : 'rise'
  const size = Math.abs(change)
  if (size < amount * MOVE_OVER || (size < amount && previousLevel(key) === null)) return NONE
  const decimals = unit === ' sats' ? 0 : 2
  const within = `within ${formatAge(withinMs)}`
  return [
    {
      ...findingBase(rule, watched, key),
      message: `${watched.name} moved by ${formatSigned(change, decimals)}${unit} ${within} to ${watched.text(value)}`,
      remedy: `Ends when it has moved by less than ${formatNumber(amount * MOVE_OVER, decimals)}${unit} ${within}`,
    },
  ]
}

function findingBase(
  { level }: BoundRule,
  { kind, subject }: Watched,
  key: string,
): Omit<Finding, 'message' | 'remedy'> {
  return { key, kind, level: level ?? 'warn', subject, positionId: null }
}

/** Returns the outcome with the findings of two conditions. */
export function outcomeOf(some: readonly Finding[], others = NONE): Outcome {
  if (some.length === 0 && others.length === 0) return NOTHING_FOUND
  return { ...NOTHING_FOUND, findings: [...some, ...others] }
}
