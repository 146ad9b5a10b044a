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

/** Returns the id of a new alert: the same for all notices of one firing. */
export function alertId(ruleName: string, key: string, since: number): string {
  return `${idOf(`${ruleName}:${key}`)}:${since.toString(36)}`
}

/** Returns the id of an event that happened once: the same in every program that sees it. */
export function eventId(ruleName: string, key: string): string {
  return idOf(`${ruleName}:${key}`)
}

/** The most characters of the part of an id that comes from the names and ids of others. */
const MAX_ID_TEXT = 150

/** Blanks become dashes. A text with other characters that ids don't have, or that is too long, ends with its hash. */
function idOf(text: string): string {
  const dashed = text.replaceAll(' ', '-')
  if (dashed.length <= MAX_ID_TEXT && /^[A-Za-z0-9._:-]+$/.test(dashed)) return dashed
  const clean = dashed.replace(/[^A-Za-z0-9._:-]+/g, '-').slice(0, MAX_ID_TEXT)
  return `${clean}:${hashOf(text).toString(36)}`
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0
  return hash
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
  { minuteOfDay }: Pick<NoticeContext, 'minuteOfDay'>,
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
  { channels }: Pick<NoticeRule, 'channels'>,
  { simulated }: NoticeContext,
): Notice {
  return { id: `${alert.id}.${number}`, event, alert, at, simulated, channels }
}
