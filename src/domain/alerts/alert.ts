/** Levels of alerts, mildest first. What holds for `critical` also holds for `liquidated`, which ends only by acknowledgement. */
export const LEVELS = ['info', 'watch', 'warn', 'critical', 'liquidated'] as const

export type Level = (typeof LEVELS)[number]

/** Returns 0 (info) to 4 (liquidated), for sorting and comparing. */
export function levelRank(level: Level): number {
  return LEVELS.indexOf(level)
}

/** True for levels that repeat until acknowledged and ignore quiet hours. */
export function isUrgent(level: Level): boolean {
  return levelRank(level) >= levelRank('critical')
}

/** Types of rules. `delivery` is built in: it reports alerts that no channel took, and changes of a relay's channels. */
export const RULE_TYPES = [
  'liquidation',
  'price',
  'pl',
  'equity',
  'margin',
  'funding',
  'position',
  'order',
  'wallet',
  'protection',
  'stale',
  'connection',
  'key',
  'announcement',
  'delivery',
] as const

export type RuleType = (typeof RULE_TYPES)[number]

/** Kind of an alert in documents: the type of its rule, except for a position whose row can't be read. */
export type AlertKind = RuleType | 'unreadable-position'

/** An alert that fires. Times are our clock, ms since 1970. */
export interface Alert {
  /** The same for all notices of one firing, also after a restart: a receiver can drop repeats. Matches `ALERT_ID`. */
  readonly id: string
  readonly kind: AlertKind
  /** Name of the rule; of a default rule, its type. */
  readonly rule: string
  readonly level: Level
  readonly state: 'firing' | 'acknowledged'
  /** What the alert is about: a position, an order, or `account`, `market`, `connection`, `key`. Sanitized. */
  readonly subject: string
  /** Null if the alert is about no position, or its id can't be read. */
  readonly positionId: string | null
  /** When this level was reached. */
  readonly since: number
  /** One sentence with the number, its age if it is old, and the level that was crossed. Without the time and a final period. */
  readonly message: string
  /** What would end the alert, or null if only the acknowledgement does. */
  readonly remedy: string | null
}

/**
 * How an alert ended. `resolved`: its condition is over, or its rule is gone. `acknowledged`: a user ended it, as only a liquidation is
 * ended. `event`: it happened once and never fired.
 */
export const ENDED_STATES = ['resolved', 'acknowledged', 'event'] as const

/** An alert that has ended, or an event that happened once. */
export interface RecentAlert extends Omit<Alert, 'state'> {
  readonly state: (typeof ENDED_STATES)[number]
  /** When it ended; of an event, when it happened. */
  readonly endedAt: number
}

/** The characters of an alert's id. */
export const ALERT_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,199}$/

/**
 * Why a notice is sent. `event`: something happened once, such as a fill. `test`: requested by a user, about no alert.
 */
export const NOTICE_EVENTS = ['firing', 'worse', 'repeat', 'resolved', 'event', 'test'] as const

export type NoticeEvent = (typeof NOTICE_EVENTS)[number]

/** One message about an alert, to be delivered to channels. */
export interface Notice {
  /** Unique per notice; starts with the id of the alert. Matches `ALERT_ID`. */
  readonly id: string
  readonly event: NoticeEvent
  readonly alert: Alert
  /** When it was made, our clock. */
  readonly at: number
  /** Simulated data: every text starts with SIMULATED. */
  readonly simulated: boolean
  /** Names of the channels; null for all. */
  readonly channels: readonly string[] | null
  /** The sentence of the alert before its end. Of `resolved` only; absent if an earlier version made the notice. */
  readonly endedMessage?: string
}
