import type { AlertRule } from '../domain/alerts/rule.ts'
import { NOTHING_FOUND, type Outcome, type PreviousLevel } from './alert-input.ts'
import type { Evaluation } from './evaluation.ts'
import { evaluateActivity } from './rules/activity.ts'
import { evaluateAmount, evaluatePrice } from './rules/amounts.ts'
import { evaluateEnded } from './rules/ended.ts'
import { evaluateFunding } from './rules/funding.ts'
import { evaluateLiquidation } from './rules/liquidation.ts'
import { evaluateProtection } from './rules/protection.ts'
import { evaluateConnection, evaluateKey, evaluateStale } from './rules/sight.ts'

/** Evaluates one rule. */
export function evaluateRule(rule: AlertRule, context: Evaluation, previousLevel: PreviousLevel): Outcome {
  const { input } = context
  switch (rule.type) {
    case 'liquidation':
      return evaluateLiquidation(rule, input, previousLevel, context)
    case 'price':
      return evaluatePrice(rule, input, previousLevel, context)
    case 'pl':
    case 'equity':
    case 'margin':
      return evaluateAmount(rule, input, previousLevel, context)
    case 'funding':
      return evaluateFunding(rule, input, previousLevel)
    case 'position': {
      const ended = evaluateEnded(rule, input, context)
      const activity = evaluateActivity(rule, context.newEvents)
      if (activity === NOTHING_FOUND) return ended
      if (ended === NOTHING_FOUND) return activity
      return { ...ended, events: [...activity.events, ...ended.events] }
    }
    case 'order':
    case 'wallet':
    case 'announcement':
      return evaluateActivity(rule, context.newEvents)
    case 'protection':
      return evaluateProtection(rule, input, context)
    case 'stale':
      return evaluateStale(rule, input, context.sight)
    case 'connection':
      return evaluateConnection(rule, input, context.linkLostAt)
    case 'key':
      return evaluateKey(rule, input)
  }
}
