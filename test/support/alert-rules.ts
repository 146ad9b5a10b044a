import type { AlertRule } from '../../src/domain/alerts/rule.ts'
import { DEFAULT_RULES, PROTECTION_CHECKS, RULE_EVENTS } from '../../src/domain/alerts/rule.ts'

const COMMON = { level: null, channels: null, repeatMs: 'default', quiet: null, enabled: true } as const

const CHANGE = { amount: 2, withinMs: 60_000 }

const NO_BOUNDS = { above: null, below: null } as const

/** A rule of each kind, beside the default ones. */
export const MANY_RULES: readonly AlertRule[] = [
  ...DEFAULT_RULES,
  { ...COMMON, name: 'above', type: 'price', of: 'last', above: 70_000, below: null, moves: null },
  { ...COMMON, name: 'moves', type: 'price', of: 'index', ...NO_BOUNDS, moves: CHANGE },
  { ...COMMON, name: 'pl', type: 'pl', unit: 'sats', above: null, below: 0, changes: null },
  { ...COMMON, name: 'pl-usd', type: 'pl', unit: 'usd', above: 100, below: -100, changes: CHANGE },
  { ...COMMON, name: 'equity', type: 'equity', unit: 'percent', ...NO_BOUNDS, changes: CHANGE },
  { ...COMMON, name: 'margin', type: 'margin', unit: 'percent', above: null, below: 10, changes: null },
  { ...COMMON, name: 'funding', type: 'funding', ratePercentAbove: 0.1, costSatsAbove: 0 },
  { ...COMMON, name: 'order', type: 'order', events: RULE_EVENTS.order },
  { ...COMMON, name: 'wallet', type: 'wallet', events: RULE_EVENTS.wallet },
  { ...COMMON, name: 'fills', type: 'position', events: ['opened'] },
  { ...COMMON, name: 'protection', type: 'protection', checks: PROTECTION_CHECKS },
  { ...COMMON, name: 'news', type: 'announcement' },
]
