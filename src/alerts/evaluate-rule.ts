import type { AlertRule } from '../domain/alerts/rule.ts'
import type { ActivityEvent } from '../store/state.ts'
import { type AlertInput, NOTHING_FOUND, type Outcome, type PreviousLevel } from './alert-input.ts'
import type { EndedPosition } from './ended-positions.ts'
import { evaluateActivity } from './rules/activity.ts'
import { evaluateAmount, evaluateFunding, evaluatePrice } from './rules/amounts.ts'
import { evaluateEnded } from './rules/ended.ts'
import { evaluateLiquidation } from './rules/liquidation.ts'
import { evaluateProtection } from './rules/protection.ts'
import { evaluateConnection, evaluateKey, evaluateStale, type SightContext } from './rules/sight.ts'
import { ValueWindow } from './value-window.ts'

/** What rules are evaluated on, worked out once for all of them. */
export interface Evaluation {
  readonly input: AlertInput
  readonly ended: readonly EndedPosition[]
  /** Keys of positions that are not listed now and are not known to have ended. */
  readonly absent: readonly string[]
  readonly newEvents: readonly ActivityEvent[]
  readonly sight: SightContext
  readonly linkLostAt: number | null
  readonly toTime: (exchangeMs: number) => string
  /** Windows of the rules about changes, by the name of the rule. */
  readonly windows: Map<string, ValueWindow>
}

/** Evaluates one rule. */
export function evaluateRule(rule: AlertRule, context: Evaluation, previousLevel: PreviousLevel): Outcome {
  const { input } = context
  switch (rule.type) {
    case 'liquidation':
      return evaluateLiquidation(rule, input, previousLevel, context.absent)
    case 'price':
      return evaluatePrice(rule, input, previousLevel, windowOf(rule, context))
    case 'pl':
    case 'equity':
    case 'margin':
      return evaluateAmount(rule, input, previousLevel, windowOf(rule, context))
    case 'funding':
      return evaluateFunding(rule, input, previousLevel)
    case 'position': {
      const ended = evaluateEnded(rule, context.ended, input, context.toTime)
      const activity = evaluateActivity(rule, context.newEvents)
      if (activity === NOTHING_FOUND) return ended
      return { ...ended, events: [...activity.events, ...ended.events] }
    }
    case 'order':
    case 'wallet':
    case 'announcement':
      return evaluateActivity(rule, context.newEvents)
    case 'protection':
      return evaluateProtection(rule, input, context.absent)
    case 'stale':
      return evaluateStale(rule, input, context.sight)
    case 'connection':
      return evaluateConnection(rule, input, context.linkLostAt)
    case 'key':
      return evaluateKey(rule, input)
  }
}

function windowOf({ name }: AlertRule, { windows }: Evaluation): ValueWindow {
  const known = windows.get(name)
  if (known !== undefined) return known
  const window = new ValueWindow()
  windows.set(name, window)
  return window
}
