import {
  type Alert,
  isUrgent,
  type Level,
  levelRank,
  type Notice,
  type NoticeEvent,
} from '../domain/alerts/alert.ts'
import type { AlertRule, QuietHours } from '../domain/alerts/rule.ts'
import type { FiringAlert, Snooze } from './engine-state.ts'

/** Settings of a rule that decide about its notices. */
export type NoticeRule = Pick<AlertRule, 'name' | 'channels' | 'repeatMs' | 'quiet'>

/** What decides about notices besides the rule. */
export interface NoticeContext {
  /** Simulated data: every text starts with SIMULATED. */
  readonly simulated: boolean
  /** Returns the minute of the day at a time of our clock, for quiet hours. */
  readonly minuteOfDay: (at: number, zone: QuietHours['zone']) => number
}

/** Time between two notices of an alert that needs action. */
const URGENT_REPEAT_MS = 120_000

/** Returns the id of a new alert: the same for all notices of one firing. Characters that ids don't have become dashes. */
export function alertId(ruleName: string, key: string, since: number): string {
  const text = `${ruleName}:${key}:${since.toString(36)}`.replace(/[^A-Za-z0-9._:-]+/g, '-')
  return text.length <= 180 ? text : `${text.slice(0, 150)}:${since.toString(36)}`
}

/** Returns the id of an event that happened once: the same in every program that sees it. */
export function eventId(ruleName: string, key: string): string {
  return `${ruleName}:${key}`.replace(/[^A-Za-z0-9._:-]+/g, '-').slice(0, 180)
}

/** Returns why a notice of a firing alert is due now, or null if none is. */
export function noticeDue(
  firing: FiringAlert,
  rule: NoticeRule,
  snoozes: readonly Snooze[],
  now: number,
  context: NoticeContext,
): NoticeEvent | null {
  const { alert, noticedAt, noticedLevel } = firing
  if (isMuted(alert.level, rule, snoozes, now, context)) return null
  if (alert.state === 'acknowledged') return null
  if (noticedAt === null || noticedLevel === null) return 'firing'
  if (levelRank(alert.level) > levelRank(noticedLevel)) return 'worse'
  const repeatMs = rule.repeatMs === 'default' ? defaultRepeatMs(alert.level) : rule.repeatMs
  return repeatMs !== null && now - noticedAt >= repeatMs ? 'repeat' : null
}

function defaultRepeatMs(level: Level): number | null {
  return isUrgent(level) ? URGENT_REPEAT_MS : null
}

/** Quiet hours mute levels below critical. A snooze mutes all but `liquidated`. */
export function isMuted(
  level: Level,
  { name, quiet }: NoticeRule,
  snoozes: readonly Snooze[],
  now: number,
  { minuteOfDay }: NoticeContext,
): boolean {
  if (level === 'liquidated') return false
  const isSnoozed = snoozes.some(({ rule, until }) => now < until && (rule === null || rule === name))
  if (isSnoozed) return true
  return quiet !== null && !isUrgent(level) && isWithin(quiet, minuteOfDay(now, quiet.zone))
}

function isWithin({ fromMinute, toMinute }: QuietHours, minute: number): boolean {
  return fromMinute <= toMinute
    ? minute >= fromMinute && minute < toMinute
    : minute >= fromMinute || minute < toMinute
}

/** Returns a notice. `number` counts the notices of the alert. */
export function noticeOf(
  alert: Alert,
  event: NoticeEvent,
  number: number,
  at: number,
  { channels }: NoticeRule,
  { simulated }: NoticeContext,
): Notice {
  return { id: `${alert.id}.${number}`, event, alert, at, simulated, channels }
}
