import type { Level, RuleType } from './alert.ts'

/** Hours in which a rule sends no notice below critical. Minutes of the day; `from` > `to` spans midnight. */
export interface QuietHours {
  readonly fromMinute: number
  readonly toMinute: number
  /** `local`: the time zone of this machine. On a relay always `utc`. */
  readonly zone: 'utc' | 'local'
}

interface CommonRule {
  /** Unique; the type for a default rule. Lower-case letters, digits and dashes. */
  readonly name: string
  readonly type: RuleType
  /** Level of its alerts. Null: the rule decides, as `liquidation` does by band. */
  readonly level: Level | null
  /** Names of the channels; null for all. */
  readonly channels: readonly string[] | null
  /** Time between two notices while an alert fires; null: never again. Default: 2 minutes for critical and liquidated, null below. */
  readonly repeatMs: number | null | 'default'
  readonly quiet: QuietHours | null
  readonly enabled: boolean
}

/** Distances to liquidation as fractions of the mark: watch > warn > critical > 0. */
export interface LiquidationRule extends CommonRule {
  readonly type: 'liquidation'
  readonly bands: { readonly watch: number; readonly warn: number; readonly critical: number }
}

/** A change within a time window. `amount` is in the rule's unit; of `percent`, a number of percent. */
export interface ChangeWindow {
  readonly amount: number
  readonly withinMs: number
}

/** A price crosses a level in USD, or moves by more than `moves.amount` percent within a window. At least one is set. */
export interface PriceRule extends CommonRule {
  readonly type: 'price'
  readonly of: 'index' | 'last' | 'bid' | 'ask'
  readonly above: number | null
  readonly below: number | null
  readonly moves: ChangeWindow | null
}

/**
 * Unrealized P&L (gross, of all positions), equity, or free margin (balance of the account) passes a bound or changes within a window.
 * `percent` is of the equity; bounds of `equity` are never in percent. At least one is set.
 */
export interface AmountRule extends CommonRule {
  readonly type: 'pl' | 'equity' | 'margin'
  readonly unit: 'sats' | 'usd' | 'percent'
  readonly above: number | null
  readonly below: number | null
  readonly changes: ChangeWindow | null
}

/** The absolute next funding rate in percent, or what this account pays at the next settlement in sats (positive = paid). */
export interface FundingRule extends CommonRule {
  readonly type: 'funding'
  readonly ratePercentAbove: number | null
  readonly costSatsAbove: number | null
}

/** What a rule about events reports, by type of rule. */
export const RULE_EVENTS = {
  position: ['opened', 'filled', 'closed', 'stopped-out', 'took-profit', 'liquidated'],
  order: ['opened', 'filled', 'canceled'],
  wallet: ['deposit', 'withdrawal'],
} as const

export interface EventRule extends CommonRule {
  readonly type: 'position' | 'order' | 'wallet'
  /** A subset of `RULE_EVENTS` of the type. Not empty. */
  readonly events: readonly string[]
}

/** What `protection` checks about positions and orders. */
export const PROTECTION_CHECKS = [
  'no-stop-loss',
  'stop-loss-beyond-liquidation',
  'order-beyond-liquidation',
] as const

export interface ProtectionRule extends CommonRule {
  readonly type: 'protection'
  readonly checks: readonly (typeof PROTECTION_CHECKS)[number][]
}

/** The least time without fresh data that a rule may have: positions are read every 10 s, and their age is no loss of sight until then. */
export const MIN_STALE_MS = 15_000

/** No fresh data for a time; a shorter one while a position is in a warn band or worse. */
export interface StaleRule extends CommonRule {
  readonly type: 'stale'
  readonly afterMs: number
  readonly inBandAfterMs: number
}

/** The link to the source was lost for a time. */
export interface ConnectionRule extends CommonRule {
  readonly type: 'connection'
  readonly afterMs: number
}

/** The API key is refused (critical), or may do more than read (warn). */
export interface KeyRule extends CommonRule {
  readonly type: 'key'
}

/** An announcement of the exchange. */
export interface AnnouncementRule extends CommonRule {
  readonly type: 'announcement'
}

export type AlertRule =
  | LiquidationRule
  | PriceRule
  | AmountRule
  | FundingRule
  | EventRule
  | ProtectionRule
  | StaleRule
  | ConnectionRule
  | KeyRule
  | AnnouncementRule

const DEFAULTS = { channels: null, repeatMs: 'default', quiet: null, enabled: true } as const

/** The rules of a user who configured none. A configured rule with the name of a default rule replaces it. */
export const DEFAULT_RULES: readonly AlertRule[] = [
  {
    ...DEFAULTS,
    name: 'liquidation',
    type: 'liquidation',
    level: null,
    bands: { watch: 0.1, warn: 0.05, critical: 0.025 },
  },
  {
    ...DEFAULTS,
    name: 'position',
    type: 'position',
    level: null,
    events: ['closed', 'stopped-out', 'took-profit', 'liquidated'],
  },
  { ...DEFAULTS, name: 'stale', type: 'stale', level: null, afterMs: 60_000, inBandAfterMs: 20_000 },
  { ...DEFAULTS, name: 'connection', type: 'connection', level: 'warn', afterMs: 60_000 },
  { ...DEFAULTS, name: 'key', type: 'key', level: null },
]
